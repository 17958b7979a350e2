"""Figures over a player's stored history: progress, comparison, statistics, streaks."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.answers.schemas import Account, RankTier, Share
from guildhall.packs.dota2.players.schemas import PlayerHero


class StatisticsRow(Struct, frozen=True):
    """A player's figures in one group: a hero, a game mode, or a week by its Monday (days since 1970)."""

    key: int
    games: int
    wins: int
    losses: int
    kills: float | None
    deaths: float | None
    assists: float | None
    duration: float | None


class StatisticsItem(Struct, frozen=True):
    """A player's figures in one group. Averages are a match; `duration` in seconds."""

    group: Annotated[str, Meta(description="Hero id, game mode id, or the week's Monday", examples=["14"])]
    label: str | None
    games: int
    wins: int
    losses: int
    win_rate: Share | None
    kills: float | None
    deaths: float | None
    assists: float | None
    kda: float | None
    duration: float | None


class Outcome(Struct, frozen=True):
    """A match's side and result, for streaks."""

    player_slot: int
    radiant_win: bool | None


class StreaksAnswer(Struct, frozen=True):
    """A player's streaks over all known matches. `current` is above zero for wins, below for losses."""

    account_id: Account
    current: int
    longest_win: int
    longest_loss: int
    matches: int


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


class RankProgression(Struct, frozen=True):
    """A page of a player's rank over time, oldest first, and how the present rank compares with the first."""

    account_id: Account
    items: list[RankPoint]
    next: str | None
    direction: str | None
    stars_gained: int | None


class ComparedPlayer(Struct, frozen=True):
    """One of the compared players."""

    account_id: Account
    personaname: str | None
    rank_tier: RankTier | None
    medal: str | None
    stars: int | None
    leaderboard_rank: int | None
    win: int | None
    lose: int | None
    win_rate: Share | None
    matches: Annotated[int, Meta(description="Known matches with an outcome in the last 90 days")]
    recent_win_rate: Share | None
    kills_per_match: float | None
    deaths_per_match: float | None
    assists_per_match: float | None
    current_streak: Annotated[int, Meta(description="Wins above zero, losses below")]
    top_heroes: list[PlayerHero]
    private: bool


class Comparison(Struct, frozen=True):
    """Players side by side, and the heroes that all of them play."""

    players: list[ComparedPlayer]
    shared_heroes: list[int]


class RecentForm(Struct, frozen=True):
    """A player's last ninety days in figures."""

    account_id: AccountId
    matches: int
    wins: int
    kills: float | None
    deaths: float | None
    assists: float | None
