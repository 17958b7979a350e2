"""Faults that can be switched on while a stand-in runs: what all of them have in common."""

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from msgspec import Struct

_LONGEST_DELAY = 600.0
_DEFAULT_SLOW = 2.0
_MOST = 100


class Statuses(Struct, frozen=True):
    """The HTTP status of a fault mode: the usual one, and those that may be asked for instead."""

    usual: int
    allowed: range


class BaseFault(Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=False):
    """A fault: the calls that it hits, a delay in seconds before the answer, and what is wrong with the answer.

    A stand-in's own fault adds its `mode` and names the `statuses` of its modes. `path` is a regular expression that
    must match from the start of the path. `rate` is the share of matching calls, spread evenly and without chance;
    after `count` hits the fault heals. A mode for odd rows puts `value` into `field` of the answer's row number `row`,
    or in the row's place without a `field`. Raises ValueError for what makes no sense.
    """

    statuses: ClassVar[Mapping[str, Statuses]] = {}

    path: str | None = None
    delay: float | None = None
    status: int | None = None
    rate: float = 1.0
    count: int | None = None
    row: int = 0
    field: str | None = None
    value: Any = None

    def __post_init__(self) -> None:
        if self.delay is not None and not 0 <= self.delay <= _LONGEST_DELAY:
            raise ValueError(f"delay must be between 0 and {_LONGEST_DELAY:.0f} seconds")
        if not 0 <= self.rate <= 1:
            raise ValueError("rate must be between 0 and 1")
        if self.count is not None and self.count < 1:
            raise ValueError("count must be at least 1")
        if self.status is not None:
            found = self.statuses.get(self.mode_name)
            if found is None:
                raise ValueError(f"mode {self.mode_name} takes no status")
            if self.status not in found.allowed:
                first, last = found.allowed.start, found.allowed.stop - 1
                raise ValueError(f"status of mode {self.mode_name} must be {first}..{last}")
        if self.path is not None:
            try:
                re.compile(self.path)
            except re.error as error:
                raise ValueError(f"path is no regular expression: {error}") from None

    @property
    def mode_name(self) -> str:
        """The name of the mode, as it is written in `statuses`. A stand-in's own fault says it."""
        raise NotImplementedError

    @property
    def answer_status(self) -> int:
        """The status that is sent."""
        if self.status is not None:
            return self.status
        found = self.statuses.get(self.mode_name)
        return 200 if found is None else found.usual

    @property
    def wait(self) -> float:
        """Seconds before the answer."""
        if self.delay is not None:
            return self.delay
        return _DEFAULT_SLOW if self.mode_name == "slow" else 0.0


class Standing:
    """A fault in force, with the calls that it matched and those that it hit."""

    __slots__ = ("fault", "hits", "matched")

    def __init__(self, fault: BaseFault) -> None:
        self.fault = fault
        self.matched = self.hits = 0

    @property
    def left(self) -> int | None:
        """Hits until it heals; None for a fault that never does."""
        return None if self.fault.count is None else self.fault.count - self.hits

    def hit(self) -> bool:
        """Count a call that matches: return whether this one is hit."""
        self.matched += 1
        if int(self.matched * self.fault.rate + 1e-9) == int((self.matched - 1) * self.fault.rate + 1e-9):
            return False
        self.hits += 1
        return True

    @property
    def healed(self) -> bool:
        """True once it has hit as often as it should."""
        return self.fault.count is not None and self.hits >= self.fault.count


Fault = TypeVar("Fault", bound=BaseFault)


class FaultView(Struct, Generic[Fault]):
    """A fault in force under its number with what it has done: matching calls, hits, hits left until it heals."""

    id: int
    fault: Fault
    matched: int
    hits: int
    left: int | None


class FaultList(Generic[Fault]):
    """The faults in force; of those that match a call the first one hits."""

    def __init__(self) -> None:
        self._faults: dict[int, tuple[Fault, Standing]] = {}
        self._last = 0

    def add(self, fault: Fault) -> int:
        """Put one more fault in force; its number. ValueError at more than a hundred."""
        if len(self._faults) >= _MOST:
            raise ValueError(f"there are {_MOST} faults in force already")
        self._last += 1
        self._faults[self._last] = (fault, Standing(fault))
        return self._last

    def remove(self, number: int) -> None:
        """End one fault; LookupError for one that is not in force."""
        if self._faults.pop(number, None) is None:
            raise LookupError(f"no fault {number}")

    def clear(self) -> None:
        """End all faults."""
        self._faults.clear()

    def view(self) -> list[FaultView[Fault]]:
        """Return the faults in force."""
        return [
            FaultView(number, fault, standing.matched, standing.hits, standing.left)
            for number, (fault, standing) in self._faults.items()
        ]

    def first(self, matches: Callable[[Fault], bool]) -> Fault | None:
        """Return the first fault that matches a call and hits it, or None when the call goes through."""
        for number, (fault, standing) in list(self._faults.items()):
            if not matches(fault) or not standing.hit():
                continue
            if standing.healed:
                del self._faults[number]
            return fault
        return None


def error_page(status: int) -> bytes:
    """Return an error page as a proxy shows it in front of a broken server."""
    return (
        "<!DOCTYPE html>\n<html>\n<head><title>"
        f"{status} Server Error</title></head>\n<body>\n<center><h1>{status} Server Error</h1></center>\n"
        "<hr><center>nginx</center>\n</body>\n</html>\n"
    ).encode()
