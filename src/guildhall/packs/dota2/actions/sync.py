"""Fetching from OpenDota and storing: everything is fetched and understood before a transaction opens."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from msgspec import Struct

from guildhall.core.cache.actions import invalidate
from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.core.upstream.schemas import Response
from guildhall.db.pool import Database, Transaction
from guildhall.packs.dota2.actions import matches as match_actions
from guildhall.packs.dota2.actions import meta as meta_actions
from guildhall.packs.dota2.actions import players as player_actions
from guildhall.packs.dota2.errors import PlayerNotFound
from guildhall.packs.dota2.queries import players
from guildhall.packs.dota2.rules.accounts import AccountId
from guildhall.packs.dota2.rules.freshness import next_sync_at
from guildhall.packs.dota2.schemas.given import GivenMatch, GivenPlayer
from guildhall.packs.dota2.schemas.players import NOTHING_KNOWN, SyncStart
from guildhall.packs.dota2.upstream import OpenDota

Answer = TypeVar("Answer")

_SURE = timedelta(minutes=5)
"""The time for which a stored profile's privacy is believed when other answers are empty."""
_NEVER = 2**40
"""Later than any match."""
_HEROES_EVERY = timedelta(hours=24)
_RATINGS_EVERY = timedelta(days=7)


class SyncReport(Struct, frozen=True):
    """The result of a sync."""

    account_id: AccountId
    new_matches: int
    private: bool
    next_sync_at: datetime


async def sync_profile(db: Database, opendota: OpenDota, account_id: AccountId, *, interactive: bool) -> None:
    """Fetch and store the profile. Raises PlayerNotFound, Unavailable."""
    given, response = await _player(opendota, account_id, interactive)
    async with db.write() as tx:
        await players.lock_player.one(tx, account_id)
        await player_actions.save_player(tx, given, response.body, response.as_of)


async def sync_winloss(db: Database, opendota: OpenDota, account_id: AccountId, *, interactive: bool) -> None:
    """Fetch and store games won and lost. Zeros ask first whether the profile is private."""
    given, as_of = await _found(account_id, opendota.winloss(account_id, interactive=interactive))
    if given.win == 0 and given.lose == 0:
        await _know_privacy(db, opendota, account_id, interactive)
    async with db.write() as tx:
        await players.lock_player.one(tx, account_id)
        await player_actions.save_winloss(tx, account_id, given, as_of)


async def sync_heroes(db: Database, opendota: OpenDota, account_id: AccountId, *, interactive: bool) -> None:
    """Fetch and store the player's heroes."""
    given, as_of = await _found(account_id, opendota.heroes(account_id, interactive=interactive))
    if not any(hero.games for hero in given):
        await _know_privacy(db, opendota, account_id, interactive)
    async with db.write() as tx:
        await players.lock_player.one(tx, account_id)
        if await player_actions.save_heroes(tx, account_id, given, as_of):
            await player_actions.forget_figures(tx, account_id)


async def sync_matches(
    db: Database, opendota: OpenDota, account_id: AccountId, *, within: timedelta, interactive: bool
) -> int:
    """Fetch and store what matches are new, unless that was done `within` that time; how many were new."""
    async with db.read() as tx:
        start = await players.sync_start.one_or_none(tx, account_id) or NOTHING_KNOWN
        now = tx.now
    if start.matches_synced_at is not None and now - start.matches_synced_at < within:
        return 0
    given, as_of = await _new_matches(opendota, account_id, start, now, interactive)
    if not given:
        await _know_privacy(db, opendota, account_id, interactive)
    async with db.write() as tx:
        await players.lock_player.one(tx, account_id)
        new = await match_actions.save_matches(tx, account_id, given, as_of)
        await match_actions.note_matches_synced(tx, account_id, as_of)
        if new:
            await player_actions.forget_figures(tx, account_id)
        return new


async def sync_player(
    db: Database, opendota: OpenDota, account_id: AccountId, *, interactive: bool, ask: bool = False
) -> SyncReport:
    """Fetch all of a player, then store it in one transaction: a sync is whole or it did not happen.

    `interactive` may use the budget that is kept for people. `ask` has OpenDota look at the player again, and
    fetches what otherwise waits a day. Raises PlayerNotFound, Unavailable.
    """
    async with db.read() as tx:
        start = await players.sync_start.one_or_none(tx, account_id) or NOTHING_KNOWN
        now = tx.now
    if ask:
        await _found(account_id, opendota.ask_to_refresh(account_id))
    heroes_due, ratings_due = _due(start, now, ask)
    (player, response), (winloss, wl_as_of), (new, matches_as_of) = await asyncio.gather(
        _player(opendota, account_id, interactive),
        _found(account_id, opendota.winloss(account_id, interactive=interactive)),
        _new_matches(opendota, account_id, start, now, interactive),
    )
    heroes = await _found(account_id, opendota.heroes(account_id, interactive=interactive)) if heroes_due else None
    ratings = await _found(account_id, opendota.ratings(account_id, interactive=interactive)) if ratings_due else None
    async with db.write() as tx:
        await players.lock_player.one(tx, account_id)
        if ratings is not None:
            await player_actions.save_ratings(tx, account_id, ratings, response.as_of)
        shows = bool(new or winloss.win or winloss.lose)
        private = await player_actions.save_player(tx, player, response.body, response.as_of, shows=shows)
        await player_actions.save_winloss(tx, account_id, winloss, wl_as_of)
        added = await match_actions.save_matches(tx, account_id, new, matches_as_of)
        if heroes is not None:
            await player_actions.save_heroes(tx, account_id, *heroes)
        due = await _note_synced(tx, account_id, new, start.last_match_at, private, matches_as_of)
        await invalidate_player(tx, account_id)
        if ask:  # somebody waits to see it, in what is reckoned over all players too
            await invalidate(tx, prefixes=("leaderboard:",))
    return SyncReport(account_id, added, private, due)


async def note_sync_failed(db: Database, account_id: AccountId, why: str) -> None:
    """A sync failed: the player comes round again later, each time later."""
    async with db.write() as tx:
        state = await players.sync_state.one_or_none(tx, account_id)
        failures = (state.failures if state is not None else 0) + 1
        due = next_sync_at(None, None, tx.now, failures=failures)
        await players.note_failed.run(tx, account_id, due, why[:500])


async def invalidate_player(tx: Transaction, account_id: AccountId) -> None:
    """Have every process forget its answers about a player, those computed from the history too."""
    await invalidate(
        tx,
        f"player_profile:{account_id}",
        f"player_winloss:{account_id}",
        prefixes=(f"player_heroes:{account_id}:", f"player_matches:{account_id}:"),
        stored=False,
    )
    await player_actions.forget_figures(tx, account_id)


async def sync_hero_constants(db: Database, opendota: OpenDota, *, interactive: bool) -> int:
    """Fetch and store the heroes; how many."""
    heroes, response = await opendota.hero_constants(interactive=interactive)
    async with db.write() as tx:
        return await meta_actions.save_hero_constants(tx, heroes, response.as_of)


async def sync_patches(db: Database, opendota: OpenDota) -> str | None:
    """Fetch and store the patches; the ISO day from which figures are counted anew, if any."""
    given = await opendota.patches()
    async with db.write() as tx:
        day = await meta_actions.save_patches(tx, given)
    return None if day is None else day.isoformat()


async def _player(opendota: OpenDota, account_id: AccountId, interactive: bool) -> tuple[GivenPlayer, Response]:
    return await _found(account_id, opendota.player(account_id, interactive=interactive))


async def _found(account_id: AccountId, asked: Awaitable[Answer]) -> Answer:
    """Await an answer. Raises PlayerNotFound for a 404."""
    try:
        return await asked
    except UpstreamNotFound as error:
        raise PlayerNotFound(account_id=account_id) from error


async def _know_privacy(db: Database, opendota: OpenDota, account_id: AccountId, interactive: bool) -> None:
    """Sync the profile after an empty answer: only it tells whether there is nothing, or the player shows nothing."""
    async with db.read() as tx:
        known = await players.player_profile.one_or_none(tx, account_id)
    if known is None or (not known.private and tx.now - known.last_sync > _SURE):
        await sync_profile(db, opendota, account_id, interactive=interactive)


async def _new_matches(
    opendota: OpenDota, account_id: AccountId, start: SyncStart, now: datetime, interactive: bool
) -> tuple[Sequence[GivenMatch], datetime]:
    """Fetch the matches that may be new since the last known one, with as few calls as possible.

    The first time the whole history comes in one call. Later the last twenty are enough if they reach back to the last
    known one, however few they are; otherwise all since that one are fetched, so that no gap stays.
    """
    last = start.last_match_at
    if last is None:
        return await _found(account_id, opendota.all_matches(account_id, since_days=None, interactive=interactive))
    given, as_of = await _found(account_id, opendota.recent_matches(account_id, interactive=interactive))
    if not given and start.private:
        return given, as_of
    if min((match.start_time for match in given), default=_NEVER) > last.timestamp():
        days = (now - last).days + 2
        return await _found(account_id, opendota.all_matches(account_id, since_days=days, interactive=interactive))
    return given, as_of


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
    await players.note_synced.run(tx, account_id, due, matches_as_of)
    return due
