"""The world's time: it starts at the epoch, runs with real time, can be moved on and made wrong."""

import time
from datetime import UTC, datetime
from email.utils import format_datetime

MINUTE = 60
HOUR = 3600
DAY = 86_400


class WorldClock:
    """Unix seconds of the world.

    With a fixed epoch the world starts exactly there. Without one its epoch is the start of the current UTC
    hour and its time is the real time. `offset` is how wrong the world's clock is seen by clients, `sso_offset`
    how far the SSO's clock is from ESI's; both in seconds, either sign.
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
        self.offset = 0.0
        self.sso_offset = 0.0

    def now(self) -> float:
        """The world's time in unix seconds."""
        return self._at_start + self._advanced + self.offset + time.monotonic() - self._started

    def sso_now(self) -> float:
        """The SSO's time in unix seconds."""
        return self.now() + self.sso_offset

    def advance(self, seconds: float, sso: bool = True) -> None:
        """Move the world on, with or without the SSO; ValueError for a step backwards."""
        if seconds < 0:
            raise ValueError("the world's clock cannot go backwards")
        self._advanced += seconds
        if not sso:
            self.sso_offset -= seconds


def iso(seconds: float) -> str:
    """Unix seconds as ESI writes them: 2026-01-31T12:00:00Z."""
    return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%dT%H:%M:%SZ}"


def http_date(seconds: float) -> str:
    """Unix seconds as an HTTP Date header."""
    return format_datetime(datetime.fromtimestamp(int(seconds), UTC), usegmt=True)


def next_eleven_five(seconds: float) -> int:
    """The next 11:05 UTC, when what never changes within a day is made anew."""
    passed = int(seconds) // DAY * DAY + 11 * HOUR + 5 * MINUTE
    return passed if passed > seconds else passed + DAY


def in_downtime(seconds: float) -> bool:
    """Whether it is between 11:00 and 11:15 UTC."""
    return 11 * HOUR <= int(seconds) % DAY < 11 * HOUR + 15 * MINUTE
