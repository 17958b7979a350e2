"""The one place that time is read from, so that a test can set it."""

import time
from datetime import UTC, datetime, timedelta


class Clock:
    """Wall time as aware UTC."""

    def now(self) -> datetime:
        """The current instant, aware UTC."""
        return datetime.now(UTC)

    def timestamp(self) -> float:
        """Seconds since the epoch; the hot path's form of `now`."""
        return time.time()


class SetClock(Clock):
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def timestamp(self) -> float:
        return self._now.timestamp()

    def advance(self, by: timedelta) -> None:
        """Move on by a span."""
        self._now += by
