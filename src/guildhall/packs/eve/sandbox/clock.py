"""ESI's time and the SSO's, which can be moved on and made wrong, and how ESI writes times."""

from datetime import UTC, datetime

from guildhall.sandbox import clock
from guildhall.sandbox.clock import DAY, HOUR, MINUTE


class WorldClock(clock.WorldClock):
    """Unix seconds of the world, with the SSO's own clock.

    `offset` is how wrong clients see the world's clock, `sso_offset` how far the SSO's clock is from ESI's; both in
    seconds, either sign.
    """

    def __init__(self, epoch: datetime | None) -> None:
        super().__init__(epoch)
        self.offset = 0.0
        self.sso_offset = 0.0

    def now(self) -> float:
        """Return the world's time in unix seconds, as clients see it."""
        return super().now() + self.offset

    def sso_now(self) -> float:
        """Return the SSO's time in unix seconds."""
        return self.now() + self.sso_offset

    def advance(self, seconds: float, sso: bool = True) -> None:
        """Move the world on, with or without the SSO. Raises ValueError for a step backwards."""
        super().advance(seconds)
        if not sso:
            self.sso_offset -= seconds


def iso(seconds: float) -> str:
    """Unix seconds as ESI writes them: 2026-01-31T12:00:00Z."""
    return f"{datetime.fromtimestamp(int(seconds), UTC):%Y-%m-%dT%H:%M:%SZ}"


def next_eleven_five(seconds: float) -> int:
    """The next 11:05 UTC, when what never changes within a day is made anew."""
    passed = int(seconds) // DAY * DAY + 11 * HOUR + 5 * MINUTE
    return passed if passed > seconds else passed + DAY


def in_downtime(seconds: float) -> bool:
    """Return whether it is between 11:00 and 11:15 UTC."""
    return 11 * HOUR <= int(seconds) % DAY < 11 * HOUR + 15 * MINUTE
