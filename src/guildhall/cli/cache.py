"""`guildhall cache …`."""

from typing import Annotated

import typer
from msgspec import Meta

from guildhall.arguments import taken_as
from guildhall.cli.session import CommandSession
from guildhall.core.cache import queries
from guildhall.core.cache.actions import invalidate
from guildhall.core.cache.schemas import CacheCount
from guildhall.db.pool import Database
from guildhall.terminal import AsJson, print_answer, print_json, print_table

Prefix = Annotated[str, Meta(max_length=1000)]
"""The beginning of a key, short enough for the notification that tells all processes of it."""
commands = typer.Typer(help="The cache of game APIs' answers.", no_args_is_help=True)


@commands.command()
def stats(
    ctx: typer.Context,
    as_json: AsJson = False,
) -> None:
    """Show the contents of the durable tier. The memory tier of a web process is in its /metrics."""
    session: CommandSession = ctx.obj

    async def run(db: Database) -> list[CacheCount]:
        async with db.read() as tx:
            return await queries.cache_counts.many(tx, tx.now)

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("kind", "answers", "expired", "bytes"),
        [(row.kind, str(row.answers), str(row.expired), f"{row.bytes:,}") for row in found],
    )


@commands.command()
def clear(
    ctx: typer.Context,
    prefix: Annotated[
        str,
        typer.Argument(
            parser=taken_as(Prefix),
            metavar="[PREFIX]",
            help="Only keys with this beginning, for example search_results:; all keys without it.",
        ),
    ] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete cached answers, in the database and in every running process. Stored players and matches are kept."""
    if not yes:
        typer.confirm(f"Forget {f'all answers of {prefix}' if prefix else 'all cached answers'}?", abort=True)
    session: CommandSession = ctx.obj

    async def run(db: Database) -> None:
        async with db.write() as tx:
            await invalidate(tx, prefixes=(prefix,))

    session.run(run)
    print_answer({"forgotten": prefix}, as_json, "Forgotten.")
