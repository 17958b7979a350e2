"""The pack's jobs: players kept fresh within the budget, heroes, meta, trend rules."""

from datetime import date

from guildhall.core.cache.actions import invalidate
from guildhall.core.jobs.actions import send_many
from guildhall.core.jobs.bindings import Due
from guildhall.core.jobs.errors import GiveUp, RetryLater
from guildhall.core.upstream import rules as budget_rules
from guildhall.core.upstream.errors import UpstreamLimited
from guildhall.core.upstream.queries import budget
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.packs.dota2.actions import meta as meta_actions
from guildhall.packs.dota2.actions import players as player_actions
from guildhall.packs.dota2.actions import sync
from guildhall.packs.dota2.actions import trend_rules as rule_actions
from guildhall.packs.dota2.errors import PlayerNotFound
from guildhall.packs.dota2.messages import (
    AnalyseMetaTrends,
    PlayerRankChanged,
    RecountMeta,
    SyncDuePlayers,
    SyncHeroConstants,
    SyncPlayer,
    TrendRuleFired,
)
from guildhall.packs.dota2.queries import players
from guildhall.packs.dota2.rules.accounts import AccountId
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.packs.dota2.upstream import OpenDota

_CALLS_A_SYNC = 4
"""Calls that a sync makes on average: profile, record, matches, and now and then heroes or ratings."""


async def sync_player(message: SyncPlayer, db: Database, opendota: OpenDota) -> sync.SyncReport:
    """Bring one player up to date; the new matches and when the next sync is due."""
    try:
        return await sync.sync_player(
            db, opendota, message.account_id, interactive=message.requested, ask=message.requested
        )
    except PlayerNotFound as error:
        async with db.read() as tx:
            known = await players.player_profile.one_or_none(tx, message.account_id) is not None
        if known:  # OpenDota knew the player: a wrong address of it says 404 too, and must not end the tracking
            await sync.note_sync_failed(db, message.account_id, str(error))
        else:
            async with db.write() as tx:
                await player_actions.untrack_players(tx, [message.account_id])
        raise GiveUp(str(error)) from error
    except UpstreamLimited as error:
        raise RetryLater(str(error), float(error.retry_after or 60)) from error
    except Unavailable as error:
        await sync.note_sync_failed(db, message.account_id, str(error))
        raise


PLAYERS_DUE = Due(players.any_due)


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
        due = await players.due_players.many(tx, tx.now, room)
        queued = await send_many(tx, [SyncPlayer(AccountId(account_id)) for account_id in due])
    return {"due": len(due), "queued": sum(job is not None for job in queued)}


async def sync_hero_constants(_: SyncHeroConstants, db: Database, opendota: OpenDota) -> dict[str, int | str | None]:
    """Fetch heroes and patches; how many heroes, and from which day the meta is counted anew."""
    try:
        heroes = await sync.sync_hero_constants(db, opendota, interactive=False)
        recount_from = await sync.sync_patches(db, opendota)
    except UpstreamLimited as error:
        raise RetryLater(str(error), float(error.retry_after or 60)) from error
    async with db.write() as tx:
        await invalidate(tx, prefixes=("hero_constants:",), stored=False)
    return {"heroes": heroes, "recount_from": recount_from}


async def analyse_meta_trends(_: AnalyseMetaTrends, db: Database, settings: Dota2Settings) -> dict[str, int]:
    """Add what is new to the daily figures and judge the rules; day rows touched, rules fired."""
    days = await db.transact(meta_actions.apply_meta)
    async with db.write() as tx:
        fired = await rule_actions.judge_hero_rules(tx, settings.minimum_games)
        await invalidate(tx, prefixes=("meta_trends:",), stored=True)
    return {"days": days, "fired": fired}


async def recount_meta(message: RecountMeta, db: Database) -> dict[str, int]:
    """Count the daily figures anew from a day on."""
    async with db.write(timeout=3600) as tx:
        days = await meta_actions.recount_meta(tx, date.fromisoformat(message.from_day))
        await invalidate(tx, prefixes=("meta_trends:",), stored=True)
    return {"days": days}


async def judge_rank_rules(message: PlayerRankChanged, db: Database) -> dict[str, int]:
    """Fire the rules that wait for this player's rank."""
    async with db.write() as tx:
        return {"fired": await rule_actions.judge_rank_rules(tx, message)}


async def tell_of_trend(message: TrendRuleFired, db: Database) -> dict[str, int]:
    """Tell the user whose rule has fired."""
    async with db.write() as tx:
        return {"told": await rule_actions.tell(tx, message)}
