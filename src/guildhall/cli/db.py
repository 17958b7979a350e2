"""`guildhall db …`."""

import os
import shutil
import subprocess
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from guildhall.boot.database import database_url
from guildhall.cli.session import CommandSession
from guildhall.db import migrate
from guildhall.db.connection import connect, require_server
from guildhall.db.programs import binaries
from guildhall.errors import Misconfigured

commands = typer.Typer(help="The database: migrations, state, a prompt.", no_args_is_help=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]


def _applied(revision: str, words: str) -> None:
    typer.echo(f"  {revision}  {words}", err=True)


@commands.command()
def upgrade(
    ctx: typer.Context, target: Annotated[str, typer.Argument(help="A revision, or heads for all.")] = "heads"
) -> None:
    """Apply the migrations that are missing."""
    session: CommandSession = ctx.obj
    branches = session.branches
    session.run_with_url(lambda url: migrate.upgrade(url, branches, target, _applied))
    typer.echo("The database is current." if target == "heads" else f"Applied up to {target}.")


@commands.command()
def downgrade(
    ctx: typer.Context,
    target: Annotated[
        str, typer.Argument(help="A revision, LABEL@-1 for a branch's last one, LABEL@base, or base for all.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Undo migrations. What the undone tables hold is lost."""
    session: CommandSession = ctx.obj
    branches = session.branches
    if not yes:
        typer.confirm(f"Undo migrations down to {target}? What the undone tables hold is lost.", abort=True)
    session.run_with_url(lambda url: migrate.downgrade(url, branches, target, _applied))


@commands.command()
def status(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show how far each slice's schema is. Exit status 1 when migrations are missing."""
    session: CommandSession = ctx.obj
    branches = session.branches

    async def run(url: str) -> tuple[str, list[migrate.BranchStatus]]:
        connection = await connect(url)
        try:
            return await connection.fetchval("show server_version"), await migrate.status(connection, branches)
        finally:
            await connection.close()

    version, found = session.run_with_url(run)
    if as_json:
        print(msgspec.json.encode({"server_version": version, "branches": found}).decode())
    else:
        table = Table("slice", "is at", "head", "pending", title=f"PostgreSQL {version}")
        for one in found:
            table.add_row(one.label, one.current or "-", one.head or "-", ", ".join(one.pending) or "-")
        Console().print(table)
    if any(one.pending for one in found):
        raise typer.Exit(1)


@commands.command()
def check(ctx: typer.Context) -> None:
    """Say whether this program can run on the database: its version, roles and migrations. Exit status 2 when not."""
    session: CommandSession = ctx.obj
    branches = session.branches

    async def run(url: str) -> None:
        connection = await connect(url)
        try:
            await require_server(connection)
        finally:
            await connection.close()
        await migrate.require_current(url, branches)

    session.run_with_url(run)
    typer.echo("The database is fit.")


@commands.command()
def reset(ctx: typer.Context, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Undo all migrations and apply them anew: everything is lost. Refused in production."""
    session: CommandSession = ctx.obj
    configuration = session.configuration
    if configuration.main.environment != "development":
        raise Misconfigured("db reset is for development only; GUILDHALL_ENVIRONMENT says production.")
    if not yes:
        typer.confirm("Delete everything in the database and begin anew?", abort=True)

    async def run(url: str) -> None:
        await migrate.downgrade(url, configuration.branches, "base")
        await migrate.upgrade(url, configuration.branches, progress=_applied)

    session.run_with_url(run)
    typer.echo("The database is empty and current.")


@commands.command()
def seed(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Fill a development database with the packs' examples; what is there already stays. Refused in production."""
    session: CommandSession = ctx.obj
    configuration = session.configuration
    if configuration.main.environment != "development":
        raise Misconfigured("db seed is for development only; GUILDHALL_ENVIRONMENT says production.")
    done = {pack.name: session.run(pack.seed.load()) for pack in configuration.packs if pack.seed is not None}
    if as_json:
        print(msgspec.json.encode(done).decode())
        return
    for name, found in done.items():
        for what, count in msgspec.to_builtins(found).items():
            typer.echo(f"  {name}: {count} {what.replace('_', ' ')}")
    typer.echo("The database has its examples.")


@commands.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def psql(ctx: typer.Context) -> None:
    """Open psql on the configured database. What stands after -- is passed on."""
    session: CommandSession = ctx.obj
    settings = session.main
    own = binaries() / "psql"
    program = str(own) if own.exists() else shutil.which("psql")
    if program is None:
        raise Misconfigured("There is no psql on this machine.")
    with database_url(settings) as url:
        result = subprocess.run(
            [program, url, *ctx.args], check=False, env={**os.environ, "PGAPPNAME": "guildhall-psql"}
        )
    raise typer.Exit(result.returncode)
