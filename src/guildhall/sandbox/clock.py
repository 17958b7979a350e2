"""The time of a made-up world: it starts at an epoch, runs with real time and can be moved on."""

import time
from datetime import UTC, datetime
from email.utils import format_datetime

MINUTE = 60
HOUR = 3600
DAY = 86_400


class WorldClock:
    """Unix seconds of a world; only ever moves forward.

    With a fixed epoch the world starts exactly there. Without one its epoch is the start of the current UTC hour and
    its time is the real time, so that a client's own clock agrees with the Date header.
    """

    def __init__(self, epoch: datetime | None) -> None:
        self._started = time.monotonic()
        if epoch is None:
            self._at_start = time.time()
            self.epoch = int(self._at_start) // HOUR * HOUR
        else:
            self.epoch = int(epoch.timestamp())
            self._at_start = float(self.epoch)
        self._advanced = 0.0

    def now(self) -> float:
        """Return the world's time in unix seconds."""
        return self._at_start + self._advanced + time.monotonic() - self._started

    def advance(self, seconds: float) -> None:
        """Move the world on. Raises ValueError for a step backwards."""
        if seconds < 0:
            raise ValueError("the world's clock cannot go backwards")
        self._advanced += seconds


def http_date(seconds: float) -> str:
    """Return unix seconds as an HTTP Date header."""
    return format_datetime(datetime.fromtimestamp(int(seconds), UTC), usegmt=True)
