"""Writes about matches: fetched and stored."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from guildhall.core.upstream.routes import Given
from guildhall.db import partitions
from guildhall.db.pool import Database, Transaction
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.answers import actions as answers_actions
from guildhall.packs.dota2.matches import queries
from guildhall.packs.dota2.matches.schemas import StoredMatch
from guildhall.packs.dota2.opendota.schemas import GivenMatch
from guildhall.packs.dota2.opendota.upstream import OpenDota
from guildhall.packs.dota2.players import queries as players_queries
from guildhall.packs.dota2.players.actions import know_privacy
from guildhall.packs.dota2.tracking import queries as tracking_queries
from guildhall.packs.dota2.tracking.schemas import NOTHING_KNOWN, SyncStart

TABLE = "dota2.player_matches"
FIRST_MONTH = date(2024, 1, 1)
_SMALL = range(-32_768, 32_768)
_INT = range(-(2**31), 2**31)
_NEVER = 2**40
"""Later than any match."""


async def save_matches(tx: Transaction, account_id: AccountId, given: Sequence[GivenMatch], as_of: datetime) -> int:
    """Store a player's matches; return how many were new.

    A match is one row whatever its answers say: one whose start time was different before is replaced. Call it in a
    transaction of its own with no other player's matches, so that two never deadlock.
    """
    unique = {match.match_id: match for match in given}
    rows = sorted(unique.values(), key=lambda match: match.match_id)
    if not rows:
        return 0
    starts = {row.match_id: datetime.fromtimestamp(row.start_time, UTC) for row in rows}
    known = await queries.known_matches.many(tx, account_id, list(starts))
    stored = {match.match_id: match for match in known}
    moved = [match.match_id for match in known if starts[match.match_id] != match.start_time]
    if moved:
        await queries.delete_matches.run(tx, account_id, moved)
    rows = [row for row in rows if row.match_id in moved or _says_more(row, stored.get(row.match_id))]
    if not rows:
        return 0
    await _make_months(tx, {row.match_id: starts[row.match_id] for row in rows})
    await queries.save_matches.run(
        tx, account_id, [r.match_id for r in rows], [r.player_slot for r in rows],
        [r.radiant_win for r in rows], [max(0, _small(r.hero_id) or 0) for r in rows],
        [starts[r.match_id] for r in rows],
        [r.duration for r in rows], [_small(r.game_mode) for r in rows], [_small(r.lobby_type) for r in rows],
        [_small(r.version) for r in rows], [_small(r.kills) for r in rows], [_small(r.deaths) for r in rows],
        [_small(r.assists) for r in rows], [_small(r.average_rank) for r in rows],
        [_small(r.leaver_status) for r in rows], [_small(r.party_size) for r in rows],
        [_small(r.hero_variant) for r in rows], [_small(r.skill) for r in rows], [_int(r.xp_per_min) for r in rows],
        [_int(r.gold_per_min) for r in rows], [_int(r.hero_damage) for r in rows], [_int(r.tower_damage) for r in rows],
        [_int(r.hero_healing) for r in rows], [_int(r.last_hits) for r in rows], [_small(r.lane) for r in rows],
        [_small(r.lane_role) for r in rows], [r.is_roaming for r in rows], [_int(r.cluster) for r in rows], as_of,
    )  # fmt: skip
    return sum(row.match_id not in stored for row in rows)


def _says_more(given: GivenMatch, stored: StoredMatch | None) -> bool:
    """Return whether an answer about a match adds to the stored one or corrects it; most of a sync's twenty do not."""
    if stored is None:
        return True
    return (
        given.player_slot != stored.player_slot
        or given.duration != stored.duration
        or given.radiant_win not in (None, stored.radiant_win)
        or given.hero_id not in (None, 0, stored.hero_id)
        or given.game_mode not in (None, stored.game_mode)
        or given.lobby_type not in (None, stored.lobby_type)
        or given.version not in (None, stored.version)
        or given.average_rank not in (None, stored.average_rank)
        or given.leaver_status not in (None, stored.leaver_status)
        or given.party_size not in (None, stored.party_size)
        or (given.xp_per_min is not None and not stored.detailed)
    )


async def note_matches_synced(tx: Transaction, account_id: AccountId, as_of: datetime) -> None:
    """The matches up to now are stored."""
    await tracking_queries.note_matches_synced.run(tx, account_id, as_of)


async def _make_months(tx: Transaction, starts: dict[int, datetime]) -> None:
    """Partitions for months that lie outside those made ahead; rare after the first sync."""
    this_month = partitions.month_of(tx.now.date())
    months = {partitions.month_of(start.date()) for start in starts.values()}
    unusual = {
        month for month in months if month > this_month or FIRST_MONTH <= month < partitions.following(this_month, -24)
    }
    await partitions.make_months(tx, TABLE, unusual)


def _small(value: int | None) -> int | None:
    """A figure that fits its column; what cannot be true is unknown."""
    return value if value is None or value in _SMALL else None


def _int(value: int | None) -> int | None:
    """The same for the wider columns."""
    return value if value is None or value in _INT else None


async def sync_matches(
    db: Database, opendota: OpenDota, account_id: AccountId, *, within: timedelta, interactive: bool
) -> int:
    """Fetch and store what matches are new, unless that was done `within` that time; how many were new."""
    async with db.read() as tx:
        start = await tracking_queries.sync_start.one_or_none(tx, account_id) or NOTHING_KNOWN
        now = tx.now
    if start.matches_synced_at is not None and now - start.matches_synced_at < within:
        return 0
    given = await new_matches(opendota, account_id, start, now, interactive)
    if not given.value:
        await know_privacy(db, opendota, account_id, interactive)
    async with db.write() as tx:
        await players_queries.lock_player.one(tx, account_id)
        new = await save_matches(tx, account_id, given.value, given.as_of)
        await note_matches_synced(tx, account_id, given.as_of)
        if new:
            await answers_actions.forget_figures(tx, account_id)
        return new


async def new_matches(
    opendota: OpenDota, account_id: AccountId, start: SyncStart, now: datetime, interactive: bool
) -> Given[list[GivenMatch]]:
    """Fetch the matches that may be new since the last known one, with as few calls as possible.

    The first time the whole history comes in one call. Later the last twenty are enough if they reach back to the last
    known one, however few they are; otherwise all since that one are fetched, so that no gap stays.
    """
    last = start.last_match_at
    if last is None:
        return await opendota.matches.fetcher(interactive)(account_id)
    given = await opendota.recent_matches.fetcher(interactive)(account_id)
    if not given.value and start.private:
        return given
    if min((match.start_time for match in given.value), default=_NEVER) > last.timestamp():
        return await opendota.matches.fetcher(interactive)(account_id, date=(now - last).days + 2)
    return given
