"""The sync of a player as a job that somebody waits for, and as a turn of the players that are kept fresh."""

from datetime import datetime

from guildhall.core.jobs.bindings import On
from guildhall.core.jobs.errors import GiveUp, RetryLater
from guildhall.core.upstream.errors import UpstreamLied, UpstreamLimited
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.pack import WorkerPart
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.opendota.errors import PlayerNotFound
from guildhall.packs.dota2.opendota.upstream import OpenDota
from guildhall.packs.dota2.players import queries as players_queries
from guildhall.packs.dota2.sync import actions
from guildhall.packs.dota2.sync.messages import SyncPlayer
from guildhall.packs.dota2.tracking import actions as tracking_actions
from guildhall.packs.dota2.tracking.kept import PLAYERS


async def sync_player(message: SyncPlayer, db: Database, opendota: OpenDota) -> actions.SyncReport:
    """Bring one player up to date; the new matches and when the next sync is due."""
    try:
        report = await actions.sync_player(
            db, opendota, message.account_id, interactive=message.requested, ask=message.requested
        )
    except PlayerNotFound as error:
        if await _known(db, message.account_id):
            await tracking_actions.note_sync_failed(db, message.account_id, str(error))
        else:
            async with db.write() as tx:
                await tracking_actions.untrack_players(tx, [message.account_id])
        raise GiveUp(str(error)) from error
    except UpstreamLimited as error:
        raise RetryLater(str(error), float(error.retry_after or 60)) from error
    except Unavailable as error:
        await tracking_actions.note_sync_failed(db, message.account_id, str(error))
        raise
    async with db.write() as tx:
        await PLAYERS.refreshed(tx, {message.account_id: report.next_sync_at})
    return report


async def refresh_player(account_id: AccountId, db: Database, opendota: OpenDota) -> datetime:
    """Sync a player that is kept fresh; return when the next sync is due. Raises PlayerNotFound, Unavailable."""
    try:
        report = await actions.sync_player(db, opendota, account_id, interactive=False)
    except PlayerNotFound as error:
        if await _known(db, account_id):
            raise UpstreamLied(detail=f"OpenDota no longer knows the player {account_id}.") from error
        raise
    return report.next_sync_at


async def _known(db: Database, account_id: AccountId) -> bool:
    """Return whether OpenDota knew a player: a wrong address of it says 404 too, and must not end the tracking."""
    async with db.read() as tx:
        return await players_queries.player_profile.one_or_none(tx, account_id) is not None


WORKER = WorkerPart(handlers=(On(SyncPlayer, sync_player),), fresh=(PLAYERS,))
