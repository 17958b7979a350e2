"""The growth of a character: hours played in the evenings, and the level and experience that they give."""

import math

from guildhall.sandbox.clock import DAY, HOUR

_EVENING = 18 * HOUR
"""Seconds after midnight, UTC, at which a day's play begins."""
_PATIENCE = 30.0
"""Hours of play in which a character gains two thirds of the levels before it."""
_ALL = 4_250_334_444
"""Experience of level 100."""
ASCENDS_AT = 26
"""The level of the first ascendancy points."""


def hours_played(born: float, now: float, a_day: float) -> float:
    """Hours that somebody who plays `a_day` hours each evening has played since a moment."""
    return max(0.0, _until(now, a_day) - _until(born, a_day))


def _until(at: float, a_day: float) -> float:
    days, rest = divmod(at, DAY)
    return days * a_day + min(max(0.0, (rest - _EVENING) / HOUR), a_day)


def progress(hours: float) -> float:
    """Levels that so many hours have given, beyond the first and with their fraction."""
    return 99 * (1 - math.exp(-max(0.0, hours) / _PATIENCE))


def level_of(progress_: float) -> int:
    """The level that a character shows."""
    return min(100, 1 + int(progress_))


def experience_of(progress_: float) -> int:
    """The experience, which grows with every hour."""
    return int(_ALL * (progress_ / 99) ** 6)
