"""`guildhall users …`."""

import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from guildhall.cli.session import CommandSession
from guildhall.core.identity.actions import accounts
from guildhall.core.identity.actions.second_factors import turn_off_totp
from guildhall.core.identity.errors import UserNotFound
from guildhall.core.identity.exports import Exporter
from guildhall.core.identity.queries.accounts import UserLine, user_named, users
from guildhall.core.identity.queries.subscriptions import user_there
from guildhall.core.identity.rules.emails import normal_email
from guildhall.core.identity.schemas import Role
from guildhall.db.pool import Database, Transaction

commands = typer.Typer(help="Accounts: roles, suspension, export, deletion.", no_args_is_help=True)

User = Annotated[str, typer.Argument(help="The user's id or e-mail address.", metavar="USER")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a script.")]


async def _user_id(tx: Transaction, user: str) -> UUID:
    """The id of who is named by id or address. Raises UserNotFound."""
    try:
        return UUID(user)
    except ValueError:
        pass
    try:
        found = await user_named.one_or_none(tx, normal_email(user))
    except ValueError:
        found = None
    if found is None:
        raise UserNotFound
    return found


@commands.command("list")
def list_users(
    ctx: typer.Context,
    role: Annotated[str | None, typer.Option(help="Only member, moderator or admin.")] = None,
    suspended: Annotated[bool, typer.Option("--suspended", help="Only the suspended.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many, the newest first.")] = 50,
    after: Annotated[UUID | None, typer.Option(help="Go on after this id.")] = None,
    as_json: AsJson = False,
) -> None:
    """List accounts."""
    if role not in (None, "member", "moderator", "admin"):
        raise typer.BadParameter("a role is member, moderator or admin")
    session: CommandSession = ctx.obj

    async def run(db: Database) -> list[UserLine]:
        async with db.read() as tx:
            return await users.many(tx, role, suspended, after, limit)

    found = session.run(run)
    if as_json:
        print(msgspec.json.encode(found).decode())
        return
    table = Table("id", "name", "e-mail", "role", "tier", "suspended", "since")
    for one in found:
        table.add_row(
            str(one.id), one.name, one.email or "", one.role, one.subscription_tier,
            f"{one.suspended_at:%Y-%m-%d}" if one.suspended_at else "", f"{one.created_at:%Y-%m-%d}",
        )  # fmt: skip
    Console().print(table)


@commands.command("role")
def set_role(
    ctx: typer.Context, user: User, role: Annotated[str, typer.Argument(help="member, moderator, admin")]
) -> None:
    """Give somebody a role. It counts at once."""
    try:
        chosen = msgspec.convert(role, type=Role)
    except msgspec.ValidationError as error:
        raise typer.BadParameter("a role is member, moderator or admin") from error
    session: CommandSession = ctx.obj

    async def run(db: Database) -> UserLine:
        async with db.write() as tx:
            return await accounts.set_role(tx, await _user_id(tx, user), chosen)

    done = session.run(run)
    typer.echo(f"{done.name} is {done.role}")


@commands.command()
def suspend(ctx: typer.Context, user: User) -> None:
    """Close an account to its owner and end all sessions at once."""
    session: CommandSession = ctx.obj

    async def run(db: Database) -> int:
        async with db.write() as tx:
            return await accounts.suspend(tx, await _user_id(tx, user))

    typer.echo(f"suspended, {session.run(run)} sessions ended")


@commands.command()
def restore(ctx: typer.Context, user: User) -> None:
    """Open a suspended account again."""
    session: CommandSession = ctx.obj

    async def run(db: Database) -> None:
        async with db.write() as tx:
            await accounts.restore(tx, await _user_id(tx, user))

    session.run(run)
    typer.echo("restored")


@commands.command()
def recover(
    ctx: typer.Context, user: User, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Turn off the second factor of somebody who has lost device and recovery codes. They get a mail."""
    if not yes:
        typer.confirm(f"Have you made sure that it is {user} who asks?", abort=True)
    session: CommandSession = ctx.obj

    async def run(db: Database) -> None:
        async with db.write() as tx:
            await turn_off_totp(tx, await _user_id(tx, user), None, None)

    session.run(run)
    typer.echo("the second factor is off")


@commands.command()
def export(
    ctx: typer.Context,
    user: User,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file; standard output without it.")] = None,
) -> None:
    """Write everything that is kept of somebody as JSON."""
    session: CommandSession = ctx.obj

    async def run(db: Database, exporter: Exporter) -> None:
        async with db.read() as tx:
            user_id = await _user_id(tx, user)
            if await user_there.one_or_none(tx, user_id) is None:
                raise UserNotFound
        pieces = await exporter.export(user_id)
        file = sys.stdout.buffer if output is None else output.open("xb")
        try:
            async for piece in pieces:
                file.write(piece)
        finally:
            if output is not None:
                file.close()
            else:
                file.flush()

    session.run(run)


@commands.command()
def delete(
    ctx: typer.Context, user: User, yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False
) -> None:
    """Delete an account with everything of it, for good. A subscription has to be ended with Stripe."""
    if not yes:
        typer.confirm(f"Delete {user} and everything of theirs for good?", abort=True)
    session: CommandSession = ctx.obj

    async def run(db: Database) -> None:
        async with db.write() as tx:
            await accounts.delete_account(tx, await _user_id(tx, user))

    session.run(run)
    typer.echo("deleted")
