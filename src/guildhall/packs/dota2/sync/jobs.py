"""Jobs that keep players fresh within the budget."""

from guildhall.core.jobs.actions import send_many
from guildhall.core.jobs.bindings import Due, On, minutely
from guildhall.core.jobs.errors import GiveUp, RetryLater
from guildhall.core.upstream import rules as budget_rules
from guildhall.core.upstream.errors import UpstreamLimited
from guildhall.core.upstream.queries import budget
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.pack import WorkerPart
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.opendota.errors import PlayerNotFound
from guildhall.packs.dota2.opendota.upstream import OpenDota
from guildhall.packs.dota2.players import queries as players_queries
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.packs.dota2.sync import actions
from guildhall.packs.dota2.sync.messages import SyncDuePlayers, SyncPlayer
from guildhall.packs.dota2.tracking import actions as tracking_actions
from guildhall.packs.dota2.tracking import queries as tracking_queries

_CALLS_A_SYNC = 4
"""Calls that a sync makes on average: profile, record, matches, and now and then heroes or ratings."""


async def sync_player(message: SyncPlayer, db: Database, opendota: OpenDota) -> actions.SyncReport:
    """Bring one player up to date; the new matches and when the next sync is due."""
    try:
        return await actions.sync_player(
            db, opendota, message.account_id, interactive=message.requested, ask=message.requested
        )
    except PlayerNotFound as error:
        async with db.read() as tx:
            known = await players_queries.player_profile.one_or_none(tx, message.account_id) is not None
        if known:  # OpenDota knew the player: a wrong address of it says 404 too, and must not end the tracking
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


PLAYERS_DUE = Due(tracking_queries.any_due)


async def sync_due_players(
    _: SyncDuePlayers, db: Database, opendota: OpenDota, settings: Dota2Settings
) -> dict[str, int]:
    """Queue the stalest players, as many as background work may still sync in this minute and day."""
    async with db.write() as tx:
        room = settings.sync_batch
        limits = opendota.client.limits
        allowed = budget_rules.caps(limits, settings.reserve, interactive=False, now=tx.now)
        used = await budget.one_or_none(tx, opendota.client.options.name)
        if used is not None and used.blocked_until is not None and used.blocked_until > tx.now:
            return {"due": 0, "queued": 0}
        if allowed.minute is not None:
            spent = used.minute_used if used is not None and used.minute_start >= budget_rules.minute_of(tx.now) else 0
            room = min(room, max(0, allowed.minute - spent) // _CALLS_A_SYNC)
        if allowed.day is not None:
            spent = used.day_used if used is not None and used.day_start >= budget_rules.day_of(tx.now) else 0
            room = min(room, max(0, allowed.day - spent) // _CALLS_A_SYNC)
        due = await tracking_queries.due_players.many(tx, tx.now, room)
        queued = await send_many(tx, [SyncPlayer(AccountId(account_id)) for account_id in due])
    return {"due": len(due), "queued": sum(job is not None for job in queued)}


WORKER = WorkerPart(
    handlers=(
        On(SyncPlayer, sync_player),
        On(SyncDuePlayers, sync_due_players, schedule=minutely(due=PLAYERS_DUE)),
    ),
)
