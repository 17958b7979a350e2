"""OpenDota's rate limits: fixed windows of a UTC minute and a UTC day, an address or key at a time."""

import re
from dataclasses import dataclass
from enum import Enum

from msgspec import UNSET, Struct, UnsetType

from guildhall.sandbox.clock import DAY

MINUTE = 60
KEY_MINUTE_LIMIT = 300
_KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
UNKNOWN_KEY = "00000000-0000-0000-0000-000000000000"
"""The one well-formed key that nobody has."""


class KeyProblem(Enum):
    """The reason for refusing an API key; the value is OpenDota's text."""

    MALFORMED = "Invalid API key format"
    UNKNOWN = "API key invalid. Please check the API dashboard or email support@opendota.com."


class Refusal(Enum):
    """The limit that refused a call; the value is OpenDota's text."""

    MINUTE = "minute rate limit exceeded"
    DAY = "daily api limit exceeded"


class LimitsChange(Struct, forbid_unknown_fields=True):
    """New limits in calls; null is no limit, absent ones stay."""

    minute: int | UnsetType | None = UNSET
    day: int | UnsetType | None = UNSET
    key_minute: int | UnsetType | None = UNSET


class LimitsView(Struct):
    """The limits in force, in calls; None is no limit."""

    minute: int | None
    day: int | None
    key_minute: int | None


@dataclass(frozen=True)
class Counted:
    """One call's place in its windows: what is left (negative beyond the limit) and whether it is refused."""

    remaining_minute: int | None
    remaining_day: int | None
    refusal: Refusal | None


def key_problem(key: str) -> KeyProblem | None:
    """Return the reason for refusing an API key, which must look like a UUID; None if it is accepted."""
    if not _KEY.fullmatch(key):
        return KeyProblem.MALFORMED
    return KeyProblem.UNKNOWN if key == UNKNOWN_KEY else None


class Limits:
    """Counters of the current minute and day; they start again when the window does, as a whole.

    Calls with a key count by key, up to `key_minute` a minute and without a daily limit. A refused call
    counts like any other.
    """

    def __init__(self, minute: int | None, day: int | None) -> None:
        self.minute = minute
        self.day = day
        self.key_minute: int | None = KEY_MINUTE_LIMIT
        self._minute_window = self._day_window = -1
        self._minute_calls: dict[str, int] = {}
        self._day_calls: dict[str, int] = {}

    def change(self, change: LimitsChange) -> None:
        """Put new limits in force; what was used in the current windows stays used. ValueError for negative ones."""
        for value in (change.minute, change.day, change.key_minute):
            if isinstance(value, int) and value < 0:
                raise ValueError("a limit must not be negative")
        if change.minute is not UNSET:
            self.minute = change.minute
        if change.day is not UNSET:
            self.day = change.day
        if change.key_minute is not UNSET:
            self.key_minute = change.key_minute

    def view(self) -> LimitsView:
        """The limits in force."""
        return LimitsView(self.minute, self.day, self.key_minute)

    def count(self, caller: str, keyed: bool, now: float) -> Counted:
        """Count one call of an address or key at a time in unix seconds."""
        self._open_windows(now)
        limit = self.key_minute if keyed else self.minute
        used = self._minute_calls[caller] = self._minute_calls.get(caller, 0) + 1
        remaining_minute = None if limit is None else limit - used
        remaining_day = None
        if not keyed and self.day is not None:
            used = self._day_calls[caller] = self._day_calls.get(caller, 0) + 1
            remaining_day = self.day - used
        refusal = None
        if remaining_minute is not None and remaining_minute < 0:
            refusal = Refusal.MINUTE
        elif remaining_day is not None and remaining_day < 0:
            refusal = Refusal.DAY
        return Counted(remaining_minute, remaining_day, refusal)

    def _open_windows(self, now: float) -> None:
        minute, day = int(now) // MINUTE, int(now) // DAY
        if minute != self._minute_window:
            self._minute_window = minute
            self._minute_calls.clear()
        if day != self._day_window:
            self._day_window = day
            self._day_calls.clear()
