"""Writes about matches."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from guildhall.db import partitions
from guildhall.db.pool import Transaction
from guildhall.packs.dota2.queries import matches, players
from guildhall.packs.dota2.rules.accounts import AccountId
from guildhall.packs.dota2.upstream import GivenMatch

TABLE = "dota2.player_matches"
FIRST_MONTH = date(2024, 1, 1)
_SMALL = range(-32_768, 32_768)
_INT = range(-(2**31), 2**31)


async def save_matches(tx: Transaction, account_id: AccountId, given: Sequence[GivenMatch], as_of: datetime) -> int:
    """Store a player's matches; how many were not known before.

    A match is one row whatever its answers say: one whose start time was told differently before is replaced.
    Call it in a transaction of its own with no other player's matches, so that two never wait in a circle.
    """
    unique = {match.match_id: match for match in given}
    rows = sorted(unique.values(), key=lambda match: match.match_id)
    if not rows:
        return 0
    starts = {row.match_id: datetime.fromtimestamp(row.start_time, UTC) for row in rows}
    known = await matches.known_matches.many(tx, account_id, list(starts))
    moved = [match.match_id for match in known if starts[match.match_id] != match.start_time]
    if moved:
        await matches.delete_matches.run(tx, account_id, moved)
    await _make_months(tx, starts)
    await matches.save_matches.run(
        tx, account_id, [r.match_id for r in rows], [r.player_slot for r in rows],
        [r.radiant_win for r in rows], [max(0, _small(r.hero_id) or 0) for r in rows],
        [starts[r.match_id] for r in rows],
        [r.duration for r in rows], [_small(r.game_mode) or 0 for r in rows], [_small(r.lobby_type) or 0 for r in rows],
        [_small(r.version) for r in rows], [_small(r.kills) for r in rows], [_small(r.deaths) for r in rows],
        [_small(r.assists) for r in rows], [_small(r.average_rank) for r in rows],
        [_small(r.leaver_status) for r in rows], [_small(r.party_size) for r in rows],
        [_small(r.hero_variant) for r in rows], [_small(r.skill) for r in rows], [_int(r.xp_per_min) for r in rows],
        [_int(r.gold_per_min) for r in rows], [_int(r.hero_damage) for r in rows], [_int(r.tower_damage) for r in rows],
        [_int(r.hero_healing) for r in rows], [_int(r.last_hits) for r in rows], [_small(r.lane) for r in rows],
        [_small(r.lane_role) for r in rows], [r.is_roaming for r in rows], [_int(r.cluster) for r in rows], as_of,
    )  # fmt: skip
    return len(rows) - len(known)


async def note_matches_synced(tx: Transaction, account_id: AccountId, as_of: datetime) -> None:
    """The matches up to now are stored."""
    await players.note_matches_synced.run(tx, account_id, as_of)


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
