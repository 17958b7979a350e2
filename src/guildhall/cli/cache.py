"""`guildhall cache …`."""

from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from guildhall.cli.session import CommandSession
from guildhall.core.cache import queries
from guildhall.core.cache.actions import invalidate
from guildhall.core.cache.schemas import CacheCount
from guildhall.db.pool import Database

commands = typer.Typer(help="The cache of game APIs' answers.", no_args_is_help=True)


@commands.command()
def stats(
    ctx: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a script.")] = False,
) -> None:
    """Show what the durable tier holds. What the memory of a web process holds is in its /metrics."""
    session: CommandSession = ctx.obj

    async def run(db: Database) -> list[CacheCount]:
        async with db.read() as tx:
            return await queries.cache_counts.many(tx, tx.now)

    found = session.run(run)
    if as_json:
        print(msgspec.json.encode(found).decode())
        return
    table = Table("kind", "answers", "expired", "bytes")
    for row in found:
        table.add_row(row.kind, str(row.answers), str(row.expired), f"{row.bytes:,}")
    Console().print(table)


@commands.command()
def clear(
    ctx: typer.Context,
    prefix: Annotated[
        str, typer.Argument(help="Only keys that begin so, for example search_results:; empty is all.")
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Forget cached answers, in the database and in every running process. Stored players and matches stay."""
    if not yes:
        typer.confirm(f"Forget {f'all answers of {prefix}' if prefix else 'all cached answers'}?", abort=True)
    session: CommandSession = ctx.obj

    async def run(db: Database) -> None:
        async with db.write() as tx:
            await invalidate(tx, prefixes=(prefix,))

    session.run(run)
    typer.echo("Forgotten.")
