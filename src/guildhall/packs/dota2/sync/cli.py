"""`guildhall dota2 sync`."""

import asyncio
from datetime import datetime
from typing import Annotated

import typer
from msgspec import Struct
from rich.console import Console
from rich.progress import Progress

from guildhall.core.fresh.actions import Key
from guildhall.db.pool import Database
from guildhall.errors import GuildhallError, Unavailable
from guildhall.pack import Session
from guildhall.packs.dota2.accounts.cli import Ids, accounts_of
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.opendota.upstream import OpenDota
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.packs.dota2.sync import actions
from guildhall.packs.dota2.tracking import actions as tracking_actions
from guildhall.packs.dota2.tracking.kept import PLAYERS
from guildhall.terminal import AsJson, print_json

commands = typer.Typer()
_console = Console(stderr=True)


class Synced(Struct, frozen=True):
    """The result of one player's sync; `error` is null after a success."""

    account_id: AccountId
    new_matches: int
    private: bool
    error: str | None


@commands.command("sync")
def sync_players(
    ctx: typer.Context,
    account_ids: Ids,
    ask: Annotated[bool, typer.Option("--ask", help="Also ask OpenDota to refresh the players.")] = False,
    keep: Annotated[bool, typer.Option("--track/--no-track", help="Keep the players fresh from now on.")] = True,
    as_json: AsJson = False,
) -> None:
    """Fetch players now: profile, record, matches, heroes. Exit status 1 when any failed."""
    accounts = accounts_of(account_ids)
    session: Session = ctx.obj

    async def run(db: Database, opendota: OpenDota, settings: Dota2Settings) -> list[Synced]:
        if keep:
            async with db.write() as tx:
                await tracking_actions.track_players(tx, accounts, settings.most_tracked)
        due: dict[Key, datetime | None] = {}
        places = asyncio.Semaphore(settings.call_concurrency)
        with Progress(console=_console, transient=True, disable=as_json) as progress:
            bar = progress.add_task("Syncing players", total=len(accounts))

            async def one(account_id: AccountId) -> Synced:
                async with places:
                    try:
                        report = await actions.sync_player(db, opendota, account_id, interactive=True, ask=ask)
                        due[account_id] = report.next_sync_at
                        return Synced(account_id, report.new_matches, report.private, None)
                    except GuildhallError as error:
                        if isinstance(error, Unavailable):
                            await tracking_actions.note_sync_failed(db, account_id, str(error))
                        return Synced(account_id, 0, False, str(error))
                    finally:
                        progress.advance(bar)

            done = await asyncio.gather(*(one(account_id) for account_id in accounts))
        async with db.write() as tx:
            await PLAYERS.refreshed(tx, due)
        return done

    done = session.run(run)
    if as_json:
        print_json(done)
    else:
        for one in done:
            print(
                f"{one.account_id}: {one.error or f'{one.new_matches} new matches'}"
                + (" (private)" if one.private else "")
            )
    if any(one.error for one in done):
        raise typer.Exit(1)
