"""Ranks over time."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from guildhall.packs.dota2.schemas.fields import Account, RankTier


class RankRow(Struct, frozen=True):
    """A row of the rank history, or the present rank."""

    rank_tier: int | None
    leaderboard_rank: int | None
    recorded_at: datetime


class RankPoint(Struct, frozen=True):
    """A point of a player's rank over time. `medal` and `stars` are null while uncalibrated."""

    date: datetime
    rank: RankTier | None
    medal: Annotated[str, Meta(examples=["Legend"])] | None
    stars: int | None
    leaderboard_rank: int | None
    ordinal: Annotated[int, Meta(description="For charts: stars counted through, Immortal on top")] | None
    kind: Literal["change", "mark"]
    source: Literal["observed", "reported"]


class RankHistoryRow(Struct, frozen=True):
    """A row of player_rank_history."""

    id: UUID
    rank_tier: int | None
    leaderboard_rank: int | None
    kind: str
    source: str
    recorded_at: datetime


class RankProgression(Struct, frozen=True):
    """A page of a player's rank over time, oldest first, and how the present rank compares with the first."""

    account_id: Account
    items: list[RankPoint]
    next: str | None
    direction: str | None
    stars_gained: int | None
