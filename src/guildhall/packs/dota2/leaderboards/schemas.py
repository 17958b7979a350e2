"""A line of a leaderboard."""

from msgspec import Struct

from guildhall.packs.dota2.answers.schemas import Account, RankTier


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
