"""Rows of the history of ranks."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class RankRow(Struct, frozen=True):
    """A row of the rank history, or the present rank."""

    rank_tier: int | None
    leaderboard_rank: int | None
    recorded_at: datetime


class RankHistoryRow(Struct, frozen=True):
    """A row of player_rank_history."""

    id: UUID
    rank_tier: int | None
    leaderboard_rank: int | None
    kind: str
    source: str
    recorded_at: datetime
