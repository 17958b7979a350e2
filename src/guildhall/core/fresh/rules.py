"""The arithmetic of rows kept fresh: when a key is due again, and how long a key may be held."""

from datetime import timedelta

STARTS_FOR = 30.0
"""Seconds after a claim in which the refresh of a claimed key may begin; a key left over goes back."""
_SLACK = 15.0
"""Seconds that the end of a batch may take."""
LONGEST_KEY = timedelta(seconds=90)
"""The largest GUILDHALL_FRESH_KEY_SECONDS."""
LONGEST_DEADLINE = timedelta(minutes=5)
"""The longest time that a refresh may take: a round ends within the time of its job."""
LOCK_PAUSE = 0.1
"""Seconds until rows that were locked for an instant are claimed again."""
MAX_RECLAIMS = 20
"""The largest number of times that locked rows are claimed again."""
LONGEST_HALT = timedelta(days=1)
SHORTEST_HALT = timedelta(seconds=1)
LONGEST_SILENCE = timedelta(minutes=10)
"""The longest pause while a game API does not answer and asks for no longer one: soon after its return all goes on."""


def backoff(failures: int, first: timedelta, longest: timedelta) -> timedelta:
    """Return the wait after so many failures in a row: `first`, doubled for each further one, at most `longest`.

    Raises ValueError for less than one failure.
    """
    if failures < 1:
        raise ValueError("a wait follows at least one failure")
    # The bit length of the ratio bounds the exponent, so that a long outage cannot overflow a timedelta.
    doublings = min(failures - 1, (longest // first).bit_length())
    return min(first * (1 << doublings), longest)


def spread(every: timedelta, jitter: float, chance: float) -> timedelta:
    """Return an interval moved by up to the share `jitter`, earlier or later; `chance` lies between 0 and 1."""
    return every * (1 + jitter * (2 * chance - 1))


def lease_seconds(key_seconds: float) -> float:
    """Return the seconds for which a batch holds its keys: none of them is refreshed for longer."""
    return STARTS_FOR + key_seconds + _SLACK


def halt(retry_after: float) -> timedelta:
    """Return how long a declaration waits when its game API asks for a pause of so many seconds."""
    return min(max(timedelta(seconds=retry_after), SHORTEST_HALT), LONGEST_HALT)
