"""Trend rules, as requested and as stored."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from guildhall.ids import UserId
from guildhall.packs.dota2.ids import RuleId

Kind = Literal["hero_win_rate", "player_rank"]


class TrendRule(Struct, frozen=True):
    """A rule as it is stored. One without a user is the operator's."""

    id: RuleId
    kind: str
    hero_id: int | None
    bracket: int | None
    window_days: int | None
    threshold: float
    account_id: int | None
    user_id: UserId | None
    armed: bool
    fired_at: datetime | None
    created_at: datetime


class TrendRuleView(Struct, frozen=True):
    """A rule as its user reads it. `fired_at` is when it last did."""

    id: RuleId
    kind: Kind
    hero_id: int | None
    bracket: int | None
    window_days: int | None
    threshold: float
    account_id: int | None
    armed: bool
    fired_at: datetime | None
    created_at: datetime


class HeroRuleRequest(Struct, frozen=True, tag="hero_win_rate", tag_field="kind"):
    """Tell when a hero's win rate moves by `threshold` (a share) from one window of full days to the next."""

    hero_id: Annotated[int, Meta(ge=1, le=32767, examples=[5])]
    threshold: Annotated[float, Meta(gt=0, le=1)] = 0.03
    window_days: Annotated[int, Meta(ge=1, le=30)] = 7
    bracket: Annotated[int, Meta(ge=0, le=8)] | None = None


class RankRuleRequest(Struct, frozen=True, tag="player_rank", tag_field="kind"):
    """Tell when a player's rank moves by so many stars; 0 is any change."""

    account_id: Annotated[str, Meta(min_length=1, max_length=40, examples=["86745912"])]
    threshold: Annotated[float, Meta(ge=0, le=100)] = 1.0
