"""Effort values: what training adds, and where it ends."""

from collections.abc import Sequence

from guildhall.packs.wine.world.rules.stats import STATS, Stat

EV_MOST = 252
"""The most of one stat."""
EVS_MOST = 510
"""The most of all six together."""
_TAKES: tuple[Stat, ...] = ("body", "acidity", "tannin", "vigour", "aroma", "finish")
"""The order in which stats take what they gain, until all together are full."""


def evs_after(evs: Sequence[int], gains: Sequence[int], multiplier: int = 1) -> list[int]:
    """Return the effort values after a gain. What does not fit is lost: nothing is refused.

    The multiplier counts before the bounds. Each stat takes what is left of all, then what is left of itself.
    """
    found = list(evs)
    for stat in _TAKES:
        place = STATS.index(stat)
        left = EVS_MOST - sum(found)
        if left <= 0:
            break
        found[place] += max(min(gains[place] * multiplier, left, EV_MOST - found[place]), 0)
    return found
