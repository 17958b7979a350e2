"""ESI's two limits: token buckets per group and application:character, and errors per address and minute."""

from collections import OrderedDict, deque
from dataclasses import dataclass

from msgspec import Struct

WINDOW = 900
ERRORS = 100
_ERROR_WINDOW = 60
_KEPT = 100_000
_CHEAPEST = 2


def cost(status: int) -> int:
    """Tokens that an answer costs; a refusal for the limit itself costs none."""
    if status == 429 or status >= 500:
        return 0
    if status >= 400:
        return 5
    return 1 if status >= 300 else 2


@dataclass(frozen=True, slots=True)
class Group:
    """A bucket's name and its tokens in 15 minutes."""

    name: str
    tokens: int


class _Bucket:
    __slots__ = ("spent", "used")

    def __init__(self) -> None:
        self.spent: deque[tuple[float, int]] = deque()
        self.used = 0

    def settle(self, now: float) -> None:
        """Forget what is older than the window."""
        while self.spent and self.spent[0][0] <= now - WINDOW:
            self.used -= self.spent.popleft()[1]


class Buckets:
    """Token buckets with a sliding window."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled
        self.tokens: dict[str, int] = {}
        self._buckets: OrderedDict[tuple[str, str], _Bucket] = OrderedDict()

    def wait(self, group: Group, who: str, now: float) -> int | None:
        """Seconds until a call is welcome again, None when it is now."""
        if not self.enabled:
            return None
        bucket = self._bucket(group, who, now)
        missing = _CHEAPEST - (self._size(group) - bucket.used)
        if missing <= 0:
            return None
        for at, tokens in bucket.spent:
            missing -= tokens
            if missing <= 0:
                return max(1, int(at + WINDOW - now) + 1)
        return WINDOW

    def spend(self, group: Group, who: str, now: float, status: int) -> dict[str, str]:
        """Take an answer's tokens; the headers to send with it."""
        bucket = self._bucket(group, who, now)
        tokens = cost(status)
        if tokens and self.enabled:
            bucket.spent.append((now, tokens))
            bucket.used += tokens
        size = self._size(group)
        return {
            "X-Ratelimit-Group": group.name,
            "X-Ratelimit-Limit": f"{size}/15m",
            "X-Ratelimit-Remaining": str(max(0, size - bucket.used)),
            "X-Ratelimit-Used": str(tokens),
        }

    def clear(self) -> None:
        """Fill all buckets."""
        self._buckets.clear()

    def _size(self, group: Group) -> int:
        return self.tokens.get(group.name, group.tokens)

    def _bucket(self, group: Group, who: str, now: float) -> _Bucket:
        key = (group.name, who)
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = _Bucket()
            if len(self._buckets) > _KEPT:
                self._buckets.popitem(last=False)
        bucket.settle(now)
        return bucket


class ErrorLimit:
    """Errors of an address in fixed minutes; at 100 every route answers 420 until the minute is over."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled
        self.errors = ERRORS
        self._window = 0
        self._counts: dict[str, int] = {}

    def exceeded(self, address: str, now: float) -> bool:
        """Return whether an address has to wait."""
        return self.enabled and self._count(address, now) >= self.errors

    def count(self, address: str, now: float, status: int) -> None:
        """Note an answer of a route that this limit is for."""
        if status >= 400 and self.enabled:
            self._counts[address] = self._count(address, now) + 1

    def headers(self, address: str, now: float) -> dict[str, str]:
        """Return the headers with the rest of the limit and the end of the minute."""
        return {
            "X-ESI-Error-Limit-Remain": str(max(0, self.errors - self._count(address, now))),
            "X-ESI-Error-Limit-Reset": str(_ERROR_WINDOW - int(now) % _ERROR_WINDOW),
        }

    def clear(self) -> None:
        """Forget all errors."""
        self._counts.clear()

    def _count(self, address: str, now: float) -> int:
        window = int(now) // _ERROR_WINDOW
        if window != self._window:
            self._window = window
            self._counts.clear()
        return self._counts.get(address, 0)


class LimitsChange(Struct, forbid_unknown_fields=True):
    """New limits: on or off, tokens by group name, errors a minute; absent ones stay. `reset` forgets the past."""

    enabled: bool | None = None
    tokens: dict[str, int] | None = None
    errors: int | None = None
    reset: bool = False


class LimitsView(Struct):
    """The limits in force."""

    enabled: bool
    tokens: dict[str, int]
    errors: int


class Limits:
    """Both limits together."""

    def __init__(self, enabled: bool) -> None:
        self.buckets = Buckets(enabled)
        self.errors = ErrorLimit(enabled)

    def change(self, change: LimitsChange) -> None:
        """Put new limits in force; ValueError for negative ones."""
        numbers = [*(change.tokens or {}).values(), change.errors or 0]
        if min(numbers) < 0:
            raise ValueError("a limit must not be negative")
        if change.enabled is not None:
            self.buckets.enabled = self.errors.enabled = change.enabled
        if change.tokens is not None:
            self.buckets.tokens |= change.tokens
        if change.errors is not None:
            self.errors.errors = change.errors
        if change.reset:
            self.buckets.clear()
            self.errors.clear()

    def view(self) -> LimitsView:
        """Return the limits in force."""
        return LimitsView(self.buckets.enabled, dict(self.buckets.tokens), self.errors.errors)
