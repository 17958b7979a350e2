"""`guildhall dota2 forget`."""

from typing import Annotated

import typer

from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.packs.dota2.accounts.cli import accounts_of
from guildhall.packs.dota2.answers import actions as answers_actions
from guildhall.packs.dota2.players import actions
from guildhall.terminal import AsJson, print_answer

commands = typer.Typer()


@commands.command()
def forget(
    ctx: typer.Context,
    account_id: Annotated[str, typer.Argument(help="Steam account id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete all data of a player."""
    (account,) = accounts_of([account_id])
    if not yes:
        typer.confirm(f"Delete everything that is kept of player {account}?", abort=True)
    session: Session = ctx.obj

    async def run(db: Database) -> int:
        async with db.write() as tx:
            rows = await actions.forget_player(tx, account)
            await answers_actions.invalidate_player(tx, account)
            return rows

    deleted = session.run(run)
    print_answer({"rows": deleted}, as_json, f"{deleted} rows deleted")
