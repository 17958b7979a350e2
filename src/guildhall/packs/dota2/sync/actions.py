"""The sync of a whole player: everything is fetched and understood before a transaction opens."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from guildhall.core.cache.actions import invalidate
from guildhall.core.jobs.actions import send
from guildhall.core.jobs.schemas import JobId
from guildhall.db.pool import Database, Transaction
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.answers.actions import invalidate_player
from guildhall.packs.dota2.matches import actions as matches_actions
from guildhall.packs.dota2.matches.actions import new_matches
from guildhall.packs.dota2.opendota.schemas import GivenMatch
from guildhall.packs.dota2.opendota.upstream import OpenDota
from guildhall.packs.dota2.players import actions as players_actions
from guildhall.packs.dota2.players import queries as players_queries
from guildhall.packs.dota2.ranks import actions as ranks_actions
from guildhall.packs.dota2.sync import errors
from guildhall.packs.dota2.sync.messages import SyncPlayer
from guildhall.packs.dota2.tracking import queries as tracking_queries
from guildhall.packs.dota2.tracking.actions import track_players
from guildhall.packs.dota2.tracking.rules import next_sync_at
from guildhall.packs.dota2.tracking.schemas import NOTHING_KNOWN, SyncStart

_HEROES_EVERY = timedelta(hours=24)
_RATINGS_EVERY = timedelta(days=7)
_JOBS_OWN = timedelta(minutes=5)
"""The time in which a new player is left to the job that somebody waits for."""


class SyncReport(Struct, frozen=True):
    """The result of a sync."""

    account_id: AccountId
    new_matches: int
    private: bool
    next_sync_at: datetime


async def sync_player(
    db: Database, opendota: OpenDota, account_id: AccountId, *, interactive: bool, ask: bool = False
) -> SyncReport:
    """Fetch all of a player, then store it in one transaction: a sync is whole or it did not happen.

    `interactive` may use the budget that is kept for people. `ask` has OpenDota look at the player again, and
    fetches what otherwise waits a day. Raises PlayerNotFound, Unavailable.
    """
    async with db.read() as tx:
        start = await tracking_queries.sync_start.one_or_none(tx, account_id) or NOTHING_KNOWN
        now = tx.now
    if ask:
        await opendota.refresh.fetch_now(account_id)
    heroes_due, ratings_due = _due(start, now, ask)
    player, winloss, new = await asyncio.gather(
        opendota.player.fetcher(interactive)(account_id),
        opendota.winloss.fetcher(interactive)(account_id),
        new_matches(opendota, account_id, start, now, interactive),
    )
    heroes = await opendota.heroes.fetcher(interactive)(account_id) if heroes_due else None
    ratings = await opendota.ratings.fetcher(interactive)(account_id) if ratings_due else None
    async with db.write() as tx:
        await players_queries.lock_player.one(tx, account_id)
        if ratings is not None:
            await ranks_actions.save_ratings(tx, account_id, ratings.value, player.as_of)
        shows = bool(new.value or winloss.value.win or winloss.value.lose)
        private = await players_actions.save_player(tx, player, shows=shows)
        await players_actions.save_winloss(tx, account_id, winloss)
        added = await matches_actions.save_matches(tx, account_id, new.value, new.as_of)
        if heroes is not None:
            await players_actions.save_heroes(tx, account_id, heroes)
        due = await _note_synced(tx, account_id, new.value, start.last_match_at, private, new.as_of)
        await invalidate_player(tx, account_id)
        if ask:  # somebody waits to see it, in what is reckoned over all players too
            await invalidate(tx, prefixes=("leaderboard:",))
    return SyncReport(account_id, added, private, due)


def _due(start: SyncStart, now: datetime, everything: bool) -> tuple[bool, bool]:
    """Return whether heroes and ratings are due too."""
    heroes, ratings = start.heroes_synced_at, start.ratings_synced_at
    return (
        everything or heroes is None or now - heroes > _HEROES_EVERY,
        ratings is None or now - ratings > _RATINGS_EVERY,
    )


async def _note_synced(
    tx: Transaction,
    account_id: AccountId,
    new: Sequence[GivenMatch],
    last: datetime | None,
    private: bool,
    matches_as_of: datetime,
) -> datetime:
    """Note that everything is stored, and when it will be stale: soon for a player who played lately."""
    times = [datetime.fromtimestamp(match.start_time, UTC) for match in new]
    if last is not None:
        times.append(last)
    due = next_sync_at(max(times, default=None), tx.now, tx.now, private=private)
    await tracking_queries.note_matches_synced.run(tx, account_id, matches_as_of)
    return due


async def request_refresh(
    tx: Transaction, account_id: AccountId, cooldown: timedelta, most_tracked: int
) -> JobId | None:
    """Queue a refresh that a person asked for; its job, or None when one is on its way.

    Raises RefreshTooSoon within `cooldown` of the last one, TooManyTracked.
    """
    if await tracking_queries.claim_refresh.one_or_none(tx, account_id, tx.now, tx.now - cooldown) is None:
        state = await tracking_queries.sync_state.one_or_none(tx, account_id)
        since = tx.now - state.refreshed_at if state is not None and state.refreshed_at is not None else cooldown
        wait = max(1, int((cooldown - since).total_seconds()) + 1)
        raise errors.RefreshTooSoon(account_id=account_id, retry_after=wait)
    await track_players(tx, [account_id], most_tracked, due_at=tx.now + _JOBS_OWN)
    return await send(tx, SyncPlayer(account_id, requested=True), priority=10)
