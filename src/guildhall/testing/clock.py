"""A clock that goes as all clocks do, and can be moved on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from guildhall.clock import Clock


class MovableClock(Clock):
    """Wall time, as far ahead as it has been moved."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._followers: list[Callable[[timedelta], object]] = []

    def now(self) -> datetime:
        """The instant, aware UTC."""
        return datetime.now(UTC) + self._ahead

    def timestamp(self) -> float:
        """Seconds since the epoch."""
        return self.now().timestamp()

    def advance(self, by: timedelta) -> None:
        """Move on by a span. Raises ValueError for a step backwards."""
        if by < timedelta():
            raise ValueError("a clock goes forward")
        self._ahead += by
        for move in self._followers:
            move(by)

    def lead(self, move: Callable[[timedelta], object]) -> None:
        """Move another clock on as far as this one, now and from now on."""
        move(self._ahead)
        self._followers.append(move)
