"""`guildhall db …`."""

import os
import shutil
import subprocess
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import asyncpg
import msgspec
import typer

from guildhall.arguments import taken_as
from guildhall.boot.database import database_url, login_of
from guildhall.cli.session import CommandSession
from guildhall.core.monitoring.report import print_state
from guildhall.core.monitoring.schemas import OverMs
from guildhall.db import migrate
from guildhall.db.confinement import require_confined
from guildhall.db.connection import ServerTooOld, connect, require_server_at
from guildhall.db.logins import WORKING, password, password_file, set_passwords, write_passwords
from guildhall.db.policies import APP, JOBS
from guildhall.db.programs import binaries
from guildhall.errors import DatabaseUnavailable, Misconfigured
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="The database: migrations, state, a prompt.", no_args_is_help=True)


class Login(StrEnum):
    """The logins of the database."""

    OWNER = "owner"
    APP = "app"
    JOBS = "jobs"
    READONLY = "readonly"


def _applied(revision: str, words: str) -> None:
    typer.echo(f"  {revision}  {words}", err=True)


@commands.command()
def upgrade(
    ctx: typer.Context,
    target: Annotated[str, typer.Argument(help="A revision, or heads for all.")] = "heads",
    as_json: AsJson = False,
) -> None:
    """Apply the migrations that are missing."""
    session: CommandSession = ctx.obj
    branches = session.branches
    session.run_as_owner(lambda url: migrate.upgrade(url, branches, target, _applied))
    sentence = "The database is current." if target == "heads" else f"Applied up to {target}."
    print_answer({"upgraded_to": target}, as_json, sentence)


@commands.command()
def downgrade(
    ctx: typer.Context,
    target: Annotated[
        str, typer.Argument(help="A revision, LABEL@-1 for a branch's last one, LABEL@base, or base for all.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Undo migrations. The content of the undone tables is lost."""
    session: CommandSession = ctx.obj
    branches = session.branches
    if not yes:
        typer.confirm(f"Undo migrations down to {target}? What the undone tables hold is lost.", abort=True)
    session.run_as_owner(lambda url: migrate.downgrade(url, branches, target, _applied))
    print_answer({"downgraded_to": target}, as_json, f"Undone down to {target}.")


@commands.command()
def status(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Show the revision of each slice's schema. Exit status 1 when migrations are missing or edited."""
    session: CommandSession = ctx.obj
    branches = session.branches

    async def run(url: str) -> tuple[str, list[migrate.BranchStatus]]:
        connection = await connect(url)
        try:
            return await connection.fetchval("show server_version"), await migrate.status(connection, branches)
        finally:
            await connection.close()

    version, found = session.run_as_owner(run)
    if as_json:
        print_json({"server_version": version, "branches": found})
    else:
        print_table(
            ("slice", "is at", "head", "pending"),
            [(one.label, one.current or "-", one.head or "-", ", ".join(one.pending) or "-") for one in found],
            title=f"PostgreSQL {version}",
        )
        for name in (name for one in found for name in one.edited):
            typer.echo(f"{name} was edited after it was applied.")
    if any(one.pending or one.edited for one in found):
        raise typer.Exit(1)


@commands.command()
def monitor(
    ctx: typer.Context,
    schema: Annotated[str | None, typer.Option(help="Only the tables and indexes of this schema.")] = None,
    over_ms: Annotated[
        float,
        typer.Option(parser=taken_as(OverMs), metavar="FLOAT", help="Statements that take more milliseconds."),
    ] = 1000.0,
    as_json: AsJson = False,
) -> None:
    """Show the sizes of tables, the use of indexes, and slow statements."""
    session: CommandSession = ctx.obj
    print_state(session, schema, over_ms, as_json)


@commands.command()
def check(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Say whether this program can run on the database: its version, logins and migrations. Exit status 2 when not."""
    session: CommandSession = ctx.obj
    main, branches = session.main, session.branches
    given = {APP: main.database_app_url, JOBS: main.database_jobs_url}
    # A machine that is to know one login only is checked for that one.
    roles = [role for role in given if main.database_url is not None or given[role] is not None] or list(given)

    async def check_logins(url: str) -> None:
        for role in roles:
            login = login_of(main, url, role)
            await migrate.require_current(login, branches, role)
            connection = await connect(login, role)
            try:
                await require_confined(connection, role)
            finally:
                await connection.close()

    async def run(url: str) -> None:
        try:
            await check_logins(url)
        except Misconfigured as refused:
            try:  # an older server may not have the roles, and its age is what to say then
                await require_server_at(url)
            except ServerTooOld:
                raise
            except (Misconfigured, DatabaseUnavailable):
                raise refused from None  # only the working roles can log in from here
            raise

    session.run_with_url(run)
    print_answer({"fit": True}, as_json, "The database is fit.")


@commands.command()
def passwords(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The password file to write, in libpq's form (PGPASSFILE).")],
    as_json: AsJson = False,
) -> None:
    """Give the roles that processes log in as new passwords, and write them to a file that only you can read."""
    session: CommandSession = ctx.obj
    if session.main.database_url is None:
        raise Misconfigured("The embedded PostgreSQL has its passwords already; this is for a server of your own.")
    made = {role: password() for role in WORKING}

    async def run(url: str) -> None:
        connection = await connect(url)
        try:
            async with connection.transaction():
                await connection.execute(set_passwords(made))
                write_passwords(file, made)
        except asyncpg.PostgresError as error:
            raise Misconfigured(f"The passwords were not set: {error}") from error
        except OSError as error:
            raise Misconfigured(f"The passwords were not set, {file} cannot be written: {error.strerror}") from error
        finally:
            await connection.close()

    session.run_as_owner(run)
    print_answer({"file": str(file.resolve())}, as_json, f"Set. Start processes with PGPASSFILE={file.resolve()}")


@commands.command()
def reset(
    ctx: typer.Context,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Undo all migrations and apply them again: everything is lost. Refused in production."""
    session: CommandSession = ctx.obj
    configuration = session.configuration
    if configuration.main.environment != "development":
        raise Misconfigured("db reset is for development only; GUILDHALL_ENVIRONMENT says production.")
    if not yes:
        typer.confirm("Delete everything in the database and begin anew?", abort=True)

    async def run(url: str) -> None:
        await migrate.downgrade(url, configuration.branches, "base")
        await migrate.upgrade(url, configuration.branches, progress=_applied)

    session.run_as_owner(run)
    print_answer({"reset": True}, as_json, "The database is empty and current.")


@commands.command()
def seed(ctx: typer.Context, as_json: AsJson = False) -> None:
    """Fill a development database with the packs' examples; existing rows are kept. Refused in production."""
    session: CommandSession = ctx.obj
    configuration = session.configuration
    if configuration.main.environment != "development":
        raise Misconfigured("db seed is for development only; GUILDHALL_ENVIRONMENT says production.")
    seeds = {pack.name: pack.development.seed for pack in configuration.packs}
    done = {name: session.run(one.load()) for name, one in seeds.items() if one is not None}
    if as_json:
        print_json(done)
        return
    for name, found in done.items():
        for what, count in msgspec.to_builtins(found).items():
            typer.echo(f"  {name}: {count} {what.replace('_', ' ')}")
    typer.echo("The database has its examples.")


@commands.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True})
def psql(
    ctx: typer.Context,
    login: Annotated[Login, typer.Option("--as", help="Who logs in; readonly sees no private rows.")] = Login.OWNER,
) -> None:
    """Open psql on the configured database. Arguments after -- are passed on."""
    session: CommandSession = ctx.obj
    settings = session.main
    own = binaries() / "psql"
    program = str(own) if own.exists() else shutil.which("psql")
    if program is None:
        raise Misconfigured("There is no psql on this machine.")
    with database_url(settings) as url:
        target = url if login is Login.OWNER else login_of(settings, url, f"guildhall_{login.value}")
        environment = {**os.environ, "PGAPPNAME": "guildhall-psql"}
        if (passfile := password_file(url)) is not None:
            environment["PGPASSFILE"] = passfile  # for what is run from the prompt, as pg_dump
        result = subprocess.run([program, target, *ctx.args], check=False, env=environment)
    raise typer.Exit(result.returncode)
