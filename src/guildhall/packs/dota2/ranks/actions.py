"""Writes of the history of ranks."""

from collections.abc import Sequence
from datetime import UTC, datetime

from guildhall.core.cache.actions import invalidate
from guildhall.core.jobs.actions import send
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.answers.actions import forget_figures
from guildhall.packs.dota2.opendota.schemas import GivenRating
from guildhall.packs.dota2.ranks import queries
from guildhall.packs.dota2.ranks.messages import PlayerRankChanged
from guildhall.packs.dota2.ranks.rules import known_tier
from guildhall.packs.dota2.tracking import queries as tracking_queries


async def record_rank(
    tx: Transaction,
    account_id: AccountId,
    rank_tier: int | None,
    place: int | None,
    competitive_rank: int | None,
    as_of: datetime,
) -> None:
    """A row when the rank changed; one a UTC day as a mark that it did not."""
    last = await queries.latest_rank.one_or_none(tx, account_id)
    if last is not None and (last.rank_tier, last.leaderboard_rank) == (rank_tier, place):
        if last.recorded_at.date() < as_of.astimezone(UTC).date():
            await queries.add_rank.run(tx, uuid7(), account_id, rank_tier, place, competitive_rank, "mark", as_of)
        return
    if last is None and rank_tier is None:
        return  # never calibrated: nothing to tell
    await queries.add_rank.run(tx, uuid7(), account_id, rank_tier, place, competitive_rank, "change", as_of)
    await forget_figures(tx, account_id)
    await invalidate(tx, prefixes=("leaderboard:",))
    if last is not None:
        await send(tx, PlayerRankChanged(account_id, last.rank_tier, rank_tier, last.leaderboard_rank, place))


async def save_ratings(tx: Transaction, account_id: AccountId, given: Sequence[GivenRating], as_of: datetime) -> int:
    """Take over OpenDota's own history of the rank; how many rows were new."""
    unique = {rating.time: rating for rating in given}
    times = sorted(unique)
    added = 0
    if times:
        added = await queries.add_reported_ranks.run(
            tx, account_id, [uuid7() for _ in times], [_tier_or_none(unique[t].rank_tier) for t in times],
            [unique[t].competitive_rank for t in times], [unique[t].solo_competitive_rank for t in times], times,
        )  # fmt: skip
    await tracking_queries.note_ratings_synced.run(tx, account_id, as_of)
    return added


def _tier_or_none(rank_tier: int | None) -> int | None:
    """The medal's code, or None for uncalibrated and for codes that no medal has."""
    try:
        return known_tier(rank_tier)
    except ValueError:
        return None
