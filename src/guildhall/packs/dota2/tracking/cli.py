"""`guildhall dota2 track`, `untrack` and `tracked`."""

import typer

from guildhall.db.pool import Database
from guildhall.pack import Session
from guildhall.packs.dota2.accounts.cli import Ids, accounts_of
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.packs.dota2.tracking import actions
from guildhall.packs.dota2.tracking.kept import PLAYERS
from guildhall.terminal import AsJson, print_answer

commands = typer.Typer()


@commands.command()
def track(ctx: typer.Context, account_ids: Ids, as_json: AsJson = False) -> None:
    """Keep players fresh from now on; the worker syncs them when they are due."""
    accounts = accounts_of(account_ids)
    session: Session = ctx.obj

    async def run(db: Database, settings: Dota2Settings) -> None:
        async with db.write() as tx:
            await actions.track_players(tx, accounts, settings.most_tracked)

    session.run(run)
    print_answer({"players": len(accounts)}, as_json, f"{len(accounts)} players are kept fresh")


@commands.command()
def untrack(ctx: typer.Context, account_ids: Ids, as_json: AsJson = False) -> None:
    """Stop keeping players fresh; their data is kept."""
    accounts = accounts_of(account_ids)
    session: Session = ctx.obj

    async def run(db: Database) -> int:
        async with db.write() as tx:
            return await actions.untrack_players(tx, accounts)

    players_left = session.run(run)
    print_answer({"players": players_left}, as_json, f"{players_left} players are no longer kept fresh")


@commands.command()
def tracked(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the players that are kept fresh."""
    session: Session = ctx.obj

    async def run(db: Database) -> list[int]:
        found: list[str] = []
        async with db.read() as tx:
            while page := await PLAYERS.keys(tx, found[-1] if found else "", 10_000):
                found += page
        return sorted(map(int, found))

    found = session.run(run)
    print_answer(found, as_json, "\n".join(map(str, found)))
