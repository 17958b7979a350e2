"""The time at which a message is tried again."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST = 86_400.0
"""Seconds; a server that says to come back later than tomorrow is asked tomorrow."""


def backoff(attempts: int, first: float, longest: float, jitter: float) -> float:
    """Seconds until the attempt after `attempts` ones: doubled each time. `jitter` is from 0 to 1."""
    return float(min(first * 2 ** min(attempts - 1, 30), longest) * (0.5 + jitter / 2))


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After field asks for: a number or an HTTP date (RFC 9110, 10.2.3); None if unreadable."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            at = parsedate_to_datetime(value)
        except ValueError:
            return None
        seconds = ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
    return min(max(seconds, 0.0), _LONGEST) if seconds == seconds else None
