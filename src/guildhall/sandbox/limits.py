"""The rate limit of a stand-in: so many calls in a fixed window, for each caller."""

from dataclasses import dataclass, replace

from msgspec import UNSET, Struct, UnsetType

_MOST_SECONDS = 86_400
_KEPT = 100_000


@dataclass(frozen=True, slots=True)
class Limit:
    """`calls` in `seconds`, for each caller. Headers are `{headers}-Limit`, `-Remaining` and `-Reset` (seconds).

    A caller is known by its Authorization header, or else by its address. None as calls is no limit. Raises ValueError
    for what makes no sense. `status` is that of a call too many.
    """

    calls: int | None
    seconds: int = 60
    headers: str = "X-RateLimit"
    status: int = 429

    def __post_init__(self) -> None:
        if self.calls is not None and self.calls < 0:
            raise ValueError("a limit must not be negative")
        if not 1 <= self.seconds <= _MOST_SECONDS:
            raise ValueError(f"the seconds of a limit must be between 1 and {_MOST_SECONDS}")
        if not 400 <= self.status <= 599:
            raise ValueError("the status of a limit must be between 400 and 599")


class LimitChange(Struct, forbid_unknown_fields=True):
    """A new limit: null calls are no limit, absent fields stay. `reset` forgets the calls so far."""

    calls: int | UnsetType | None = UNSET
    seconds: int | UnsetType = UNSET
    reset: bool = False


class LimitView(Struct):
    """The limit in force."""

    calls: int | None
    seconds: int


class Windows:
    """The calls of each caller in the present window. A refused call counts like any other."""

    def __init__(self, limit: Limit) -> None:
        self.limit = limit
        self._window = -1
        self._counts: dict[str, int] = {}

    def change(self, change: LimitChange) -> None:
        """Put another limit in force. Raises ValueError for one that makes no sense."""
        calls = self.limit.calls if change.calls is UNSET else change.calls
        seconds = self.limit.seconds if change.seconds is UNSET else change.seconds
        self.limit = replace(self.limit, calls=calls, seconds=seconds)
        if change.reset:
            self._counts.clear()

    def view(self) -> LimitView:
        """Return the limit in force."""
        return LimitView(self.limit.calls, self.limit.seconds)

    def count(self, caller: str, now: float, exhausted: bool = False) -> tuple[bool, dict[str, str]]:
        """Count a call: whether it is welcome, and its headers. `exhausted` counts it as the one too many."""
        limit = self.limit
        if limit.calls is None:
            return True, {}
        window, passed = divmod(int(now), limit.seconds)
        if window != self._window or len(self._counts) >= _KEPT:
            self._window = window
            self._counts.clear()
        used = self._counts[caller] = self._counts.get(caller, 0) + 1
        left = -1 if exhausted else limit.calls - used
        reset = str(limit.seconds - passed)
        headers = {
            f"{limit.headers}-Limit": str(limit.calls),
            f"{limit.headers}-Remaining": str(max(0, left)),
            f"{limit.headers}-Reset": reset,
        }
        if left < 0:
            headers["Retry-After"] = reset
        return left >= 0, headers
