"""`guildhall users …`."""

import re
import sys
from pathlib import Path
from typing import Annotated
from uuid import NAMESPACE_OID, uuid5

import typer

from guildhall.cli.session import CommandSession
from guildhall.core.identity.accounts import actions as accounts
from guildhall.core.identity.accounts.errors import UserNotFound
from guildhall.core.identity.accounts.exports import Exporter
from guildhall.core.identity.accounts.queries import UserLine, user_line, user_named, users, users_between
from guildhall.core.identity.api_tokens.actions import demo_token
from guildhall.core.identity.emails.rules import normal_email
from guildhall.core.identity.principals.schemas import Role
from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.core.identity.second_factors.actions import turn_off_totp
from guildhall.core.identity.sign_in.queries import add_user
from guildhall.db.pool import Database, Transaction
from guildhall.db.prefixes import find_id, find_position
from guildhall.errors import Misconfigured, NotFound
from guildhall.ids import UserId
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="Accounts: roles, suspension, export, deletion.", no_args_is_help=True)

User = Annotated[str, typer.Argument(help="The user's id, the beginning of one, or an e-mail address.", metavar="USER")]


async def _user_id(tx: Transaction, user: str) -> UserId:
    """The id of an account, by its id, the beginning of that, or its address. Raises UserNotFound, AmbiguousId."""
    if "@" not in user:
        try:
            return await find_id(tx, user, users_between, "account")
        except NotFound:
            raise UserNotFound from None
    try:
        found = await user_named.one_or_none(tx, normal_email(user))
    except ValueError:
        found = None
    if found is None:
        raise UserNotFound
    return found


def _confirmed(session: CommandSession, user: str, question: str | None) -> UserId:
    """The id of an account, once somebody has seen whose it is and said yes to the question, if there is one."""

    async def run(db: Database) -> UserLine:
        async with db.read() as tx:
            return await user_line.one(tx, await _user_id(tx, user))

    found = session.run(run)
    if question is not None:
        typer.confirm(question.format(f"{found.name} ({found.email or found.id})"), abort=True)
    return found.id


@commands.command("list")
def list_users(
    ctx: typer.Context,
    role: Annotated[Role | None, typer.Option(help="Only accounts of this role.")] = None,
    suspended: Annotated[bool, typer.Option("--suspended", help="Only suspended accounts.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="The number of accounts, the newest first.")] = 50,
    after: Annotated[str | None, typer.Option(help="Continue after this id.")] = None,
    as_json: AsJson = False,
) -> None:
    """List accounts."""
    session: CommandSession = ctx.obj

    async def run(db: Database) -> list[UserLine]:
        async with db.read() as tx:
            return await users.many(
                tx, role, suspended, await find_position(tx, after, users_between, "account"), limit
            )

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("id", "name", "e-mail", "role", "tier", "suspended", "since"),
        [
            (
                str(one.id), one.name, one.email or "", one.role, one.subscription_tier,
                f"{one.suspended_at:%Y-%m-%d}" if one.suspended_at else "", f"{one.created_at:%Y-%m-%d}",
            )
            for one in found
        ],
    )  # fmt: skip


_PLAIN = re.compile("[A-Za-z0-9]{1,40}")
_SCOPE = re.compile("[a-z0-9_]{1,40}:[a-z0-9_.]{1,60}")


@commands.command()
def token(
    ctx: typer.Context,
    scopes: Annotated[list[str], typer.Argument(help="What the token may do: 'lichess:read', 'live:connect'.")],
    name: Annotated[str, typer.Option(help="The made-up person's name; each name is a person.")] = "Developer",
    as_json: AsJson = False,
) -> None:
    """Print an API token of a made-up person, who is added if new. For development only."""
    session: CommandSession = ctx.obj
    if _PLAIN.fullmatch(name) is None:
        raise typer.BadParameter("--name is 1 to 40 letters and digits")
    if not all(_SCOPE.fullmatch(scope) for scope in scopes):
        raise typer.BadParameter("a scope is written like lichess:read")
    if session.main.environment != "development":
        raise Misconfigured("guildhall users token is for development only; GUILDHALL_ENVIRONMENT says production.")

    async def run(db: Database, keyed: KeyedHash) -> str:
        user_id = UserId(uuid5(NAMESPACE_OID, f"guildhall developer {name}"))
        async with db.write() as tx:
            if await user_line.one_or_none(tx, user_id) is None:
                await add_user.run(tx, user_id, name, tx.now)
            return await demo_token(tx, keyed, user_id, *scopes)

    made = session.run(run)
    print_answer({"token": made}, as_json, made)


@commands.command("role")
def set_role(
    ctx: typer.Context,
    user: User,
    role: Annotated[Role, typer.Argument(help="The role that the account is to have.")],
    as_json: AsJson = False,
) -> None:
    """Give an account a role. It takes effect at once."""
    session: CommandSession = ctx.obj

    async def run(db: Database) -> UserLine:
        async with db.write() as tx:
            return await accounts.set_role(tx, await _user_id(tx, user), role)

    done = session.run(run)
    print_answer(done, as_json, f"{done.name} is {done.role}")


@commands.command()
def suspend(ctx: typer.Context, user: User, as_json: AsJson = False) -> None:
    """Suspend an account and end all its sessions at once."""
    session: CommandSession = ctx.obj

    async def run(db: Database) -> int:
        async with db.write() as tx:
            return await accounts.suspend(tx, await _user_id(tx, user))

    ended = session.run(run)
    print_answer({"sessions_ended": ended}, as_json, f"suspended, {ended} sessions ended")


@commands.command()
def restore(ctx: typer.Context, user: User, as_json: AsJson = False) -> None:
    """End the suspension of an account."""
    session: CommandSession = ctx.obj

    async def run(db: Database) -> None:
        async with db.write() as tx:
            await accounts.restore(tx, await _user_id(tx, user))

    session.run(run)
    print_answer({"restored": True}, as_json, "restored")


@commands.command()
def recover(
    ctx: typer.Context,
    user: User,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Turn off the second factor of an account whose owner has lost device and codes. The owner gets a mail."""
    session: CommandSession = ctx.obj
    user_id = _confirmed(session, user, None if yes else "Have you made sure that it is {} who asks?")

    async def run(db: Database) -> None:
        async with db.write() as tx:
            await turn_off_totp(tx, user_id, None, None)

    session.run(run)
    print_answer({"second_factor": False}, as_json, "the second factor is off")


@commands.command()
def export(
    ctx: typer.Context,
    user: User,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file; standard output without it.")] = None,
) -> None:
    """Write all data of an account as JSON."""
    session: CommandSession = ctx.obj

    async def run(db: Database, exporter: Exporter) -> None:
        async with db.read() as tx:
            user_id = await _user_id(tx, user)
        try:
            file = sys.stdout.buffer if output is None else output.open("xb")
        except OSError as error:
            raise Misconfigured(f"{output} cannot be written: {error.strerror}.") from None
        try:
            async for piece in await exporter.export(user_id):
                file.write(piece)
        finally:
            if output is not None:
                file.close()
            else:
                file.flush()

    session.run(run)


@commands.command()
def delete(
    ctx: typer.Context,
    user: User,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete an account and all its data permanently. A subscription has to be ended at Stripe."""
    session: CommandSession = ctx.obj
    user_id = _confirmed(session, user, None if yes else "Delete {} and everything of theirs for good?")

    async def run(db: Database) -> None:
        async with db.write() as tx:
            await accounts.delete_account(tx, user_id)

    session.run(run)
    print_answer({"deleted": True}, as_json, "deleted")
