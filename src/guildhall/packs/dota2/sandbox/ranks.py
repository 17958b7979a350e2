"""Rank tiers, and the rating that stands behind them in this world."""

from bisect import bisect_right
from itertools import accumulate

from guildhall.packs.dota2.sandbox.constants import RANK_COUNTS
from guildhall.sandbox.dice import FULL

TIERS = tuple(RANK_COUNTS)
IMMORTAL = 80
_CUMULATIVE = list(accumulate(RANK_COUNTS.values()))

# Community estimates: 154 a star from Herald 1 to Ancient 5, 200 a star in Divine, Immortal from 5,620.
_STAR = 154
_DIVINE = 4620
_DIVINE_STAR = 200
_IMMORTAL = 5620


def drawn_tier(draw: int) -> int:
    """A tier with the real distribution's odds for a draw of 0..65535."""
    return TIERS[bisect_right(_CUMULATIVE, draw * _CUMULATIVE[-1] // FULL)]


def tier_of(mmr: float) -> int:
    """The rank tier of a rating."""
    if mmr >= _IMMORTAL:
        return IMMORTAL
    if mmr >= _DIVINE:
        return 71 + int(mmr - _DIVINE) // _DIVINE_STAR
    medal, star = divmod(max(0, int(mmr)) // _STAR, 5)
    return (medal + 1) * 10 + star + 1


def middle_of(tier: int) -> float:
    """A rating in the middle of a tier; KeyError for a number that is no tier."""
    if tier == IMMORTAL:
        return _IMMORTAL + 400.0
    if tier not in RANK_COUNTS:
        raise KeyError(tier)
    medal, star = divmod(tier, 10)
    if medal == 7:
        return _DIVINE + (star - 0.5) * _DIVINE_STAR
    return ((medal - 1) * 5 + star - 0.5) * _STAR


def near(tier: int, stars: int) -> int:
    """The tier some stars above or below; never over 75, as an average of medals never is."""
    place = TIERS.index(tier) + stars
    return TIERS[min(max(place, 0), len(TIERS) - 2)]
