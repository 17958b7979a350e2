"""The order of players on boards: scores, and the numbers that decide between equal ones."""

from math import sqrt

from guildhall.packs.dota2.accounts.rules import AccountId

_Z_95 = 1.96
UNPLACED = 2_147_483_647
"""The place of who has none among the Immortals: behind all others."""
_ACCOUNTS = 2**32


def rank_tie(leaderboard_rank: int | None, account_id: AccountId) -> int:
    """Return the tie-break of the board by rank: the place among the Immortals, then the lower account id."""
    return (leaderboard_rank or UNPLACED) * _ACCOUNTS + account_id


def account_tie(account_id: AccountId) -> int:
    """Return the tie-break of the other boards: the higher account id is ahead."""
    return -account_id


def wilson_low(wins: int, games: int) -> float:
    """Return the lower end of the Wilson interval of a win rate: few games do not lead. Wants a game at least."""
    square = _Z_95 * _Z_95
    middle = (wins + square / 2) / (games + square)
    reach = _Z_95 * sqrt(wins * (games - wins) / games + square / 4) / (games + square)
    return min(max(middle - reach, 0.0), wins / games)
