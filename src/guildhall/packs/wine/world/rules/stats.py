"""The stats of an individual."""

from collections.abc import Sequence
from typing import Literal, get_args

Stat = Literal["body", "acidity", "tannin", "aroma", "finish", "vigour"]
STATS: tuple[Stat, ...] = get_args(Stat)
"""The six stats in the order of every list of them."""
HIGHEST_LEVEL = 200


def ev_points(ev: int) -> int:
    """Return the points that an effort value is worth at level 100: 252 are 63."""
    return ev // 4


def stats_of(
    base: Sequence[int], ivs: Sequence[int], evs: Sequence[int], level: int, raised: Stat, lowered: Stat
) -> list[int]:
    """Return the six stats, rounded down at every step, in whole numbers alone.

    `raised` and `lowered` are the nature's; if they are the same, it changes nothing. Body is in no nature, and one of
    base 1 stays 1.
    """
    found = []
    for stat, value, iv, ev in zip(STATS, base, ivs, evs, strict=True):
        core = (2 * value + iv + ev_points(ev)) * level // 100
        if stat == "body":
            found.append(1 if value == 1 else core + level + 10)
        elif raised == lowered or stat not in (raised, lowered):
            found.append(core + 5)
        else:
            found.append((core + 5) * (110 if stat == raised else 90) // 100)
    return found
