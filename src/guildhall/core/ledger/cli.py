"""`guildhall ledger …`."""

from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.progress import Progress, TextColumn

from guildhall.core.ledger import queries
from guildhall.core.ledger.checking import check_batch
from guildhall.core.ledger.ids import AccountId
from guildhall.core.ledger.schemas import Account, Entry
from guildhall.core.ledger.settings import LedgerSettings
from guildhall.db.pool import Database
from guildhall.db.prefixes import find_id, find_position
from guildhall.ids import UserId
from guildhall.pack import Session
from guildhall.terminal import AsJson, print_answer, print_json, print_table

commands = typer.Typer(help="The ledger of value: accounts, their history, a recount.", no_args_is_help=True)
_console = Console(stderr=True)


@commands.command("accounts")
def list_accounts(
    ctx: typer.Context,
    user: Annotated[UUID | None, typer.Option(help="Only those of this person, by the id of the account.")] = None,
    thing: Annotated[UUID | None, typer.Option(help="Only those of this thing, such as a guild.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    after: Annotated[str | None, typer.Option(help="Continue after this id.")] = None,
    as_json: AsJson = False,
) -> None:
    """List accounts, the oldest first. Accounts of the house keep no balance: it is added up when it is asked for."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[Account]:
        async with db.read() as tx:
            position = await find_position(tx, after, queries.accounts_between, "account")
            return await queries.list_accounts.many(tx, None if user is None else UserId(user), thing, position, limit)

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("id", "kind", "unit", "owner", "balance", "held", "entries", "opened", "closed"),
        [
            (
                str(one.id), one.kind, one.unit, one.owner, "" if one.floor is None else f"{one.balance:,}",
                f"{one.held:,}", f"{one.entries:,}", f"{one.opened_at:%Y-%m-%d}",
                "" if one.closed_at is None else f"{one.closed_at:%Y-%m-%d}",
            )
            for one in found
        ],
    )  # fmt: skip


@commands.command()
def history(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="The account's id, or its beginning.", metavar="ACCOUNT")],
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    after: Annotated[int | None, typer.Option(min=1, help="Continue below this number.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the entries of an account, the latest first."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[Entry]:
        async with db.read() as tx:
            id = await find_id(tx, account, queries.accounts_between, "account")
            return await queries.history.many(tx, id, after, limit)

    found = session.run(run)
    if as_json:
        print_json(found)
        return
    print_table(
        ("number", "when", "kind", "amount", "balance", "note"),
        [
            (
                f"{one.number}", f"{one.created_at:%Y-%m-%d %H:%M:%S}", one.kind, f"{one.amount:+,}",
                f"{one.balance_after:,}", one.note or "",
            )
            for one in found
        ],
    )  # fmt: skip


@commands.command()
def balance(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="The account's id, or its beginning.", metavar="ACCOUNT")],
    as_json: AsJson = False,
) -> None:
    """Print what is in an account; of an account of the house, the sum of its entries."""
    session: Session = ctx.obj

    async def run(db: Database) -> tuple[Account, int]:
        async with db.read() as tx:
            id = await find_id(tx, account, queries.accounts_between, "account")
            found = await queries.account.one(tx, id)
            return found, found.balance if found.floor is not None else await queries.house_balance.one(tx, id)

    found, amount = session.run(run)
    answer = {"balance": amount, "held": found.held, "unit": found.unit}
    print_answer(answer, as_json, f"{amount:,} {found.unit}, {found.held:,} of it held")


@commands.command()
def check(
    ctx: typer.Context,
    after: Annotated[str | None, typer.Option(help="Go on behind this account.")] = None,
    as_json: AsJson = False,
) -> None:
    """Recount all balances from their entries; the exit status is 1 if any is wrong.

    Workers do the same every night. Interrupted, it says which account to go on behind.
    """
    session: Session = ctx.obj

    async def run(db: Database, settings: LedgerSettings) -> tuple[int, list[str]]:
        async with db.read() as tx:
            position = await find_position(tx, after, queries.accounts_between, "account")
        counted, wrong = 0, list[str]()
        with Progress(TextColumn("{task.completed:,} accounts"), console=_console, transient=True) as progress:
            task = progress.add_task("", total=None)
            while True:
                try:
                    async with db.read() as tx:
                        batch = await check_batch(tx, position, settings.check_batch)
                except BaseException:
                    _tell_place(position)
                    raise
                counted += batch.accounts
                wrong += batch.wrong
                progress.update(task, completed=counted)
                if batch.last is None:
                    return counted, wrong
                position = batch.last

    counted, wrong = session.run(run)
    if as_json:
        print_json({"accounts": counted, "wrong": wrong})
    else:
        for line in wrong:
            typer.echo(line)
        typer.echo(f"{counted:,} accounts were recounted; {len(wrong) or 'nothing'} {'are' if wrong else 'is'} wrong.")
    if wrong:
        raise typer.Exit(1)


def _tell_place(position: AccountId | None) -> None:
    if position is not None:
        _console.print(f"Stopped. Go on with: guildhall ledger check --after {position}")
