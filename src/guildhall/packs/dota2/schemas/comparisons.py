"""Players side by side."""

from typing import Annotated

from msgspec import Meta, Struct

from guildhall.packs.dota2.rules.accounts import AccountId
from guildhall.packs.dota2.schemas.fields import Account, RankTier, Share
from guildhall.packs.dota2.schemas.players import PlayerHero


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


class LeaderboardRow(Struct, frozen=True):
    """A line of a leaderboard. `score` is what it is sorted by."""

    account_id: Account
    personaname: str | None
    avatar: str | None
    rank_tier: RankTier | None
    leaderboard_rank: int | None
    games: int | None
    wins: int | None
    score: float
