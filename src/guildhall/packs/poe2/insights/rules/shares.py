"""Shares of a sample, and the numbers of people that are told."""

from math import sqrt

_Z = 1.959963984540054
"""The quantile of the normal distribution for 95 %."""


def interval(people: int, sample: int) -> tuple[float, float]:
    """Return the Wilson interval (95 %) of a share: the true one is in it nineteen times of twenty."""
    share = people / sample
    middle = share + _Z * _Z / (2 * sample)
    half = _Z * sqrt(share * (1 - share) / sample + _Z * _Z / (4 * sample * sample))
    whole = 1 + _Z * _Z / sample
    return max(0.0, (middle - half) / whole), min(1.0, (middle + half) / whole)


def told(people: int, least: int, exact: bool) -> int | None:
    """Return the number of people that is told: None for fewer than `least`, else the nearest multiple of it.

    `exact` is for what anybody can count. Rounded numbers do not tell, by a subtraction or from one day to the next,
    who came or went. The statement that writes figures says the same in SQL.
    """
    if people < least:
        return None
    return people if exact else (people + least // 2) // least * least
