"""What clients have asked for since the start or the last reset."""

from collections import OrderedDict

from msgspec import Struct

from guildhall.packs.dota2.sandbox.clock import iso

_MINUTES_KEPT = 1440


class CallsView(Struct):
    """Calls in all, by path template and status ("dead" and "hang" have none), by UTC minute of the world.

    `max_concurrency` is the largest number of calls that were open at once.
    """

    total: int
    max_concurrency: int
    open: int
    calls: dict[str, dict[str, int]]
    minutes: dict[str, int]


class Calls:
    """Counters of API calls; the control plane is not counted. Minutes are kept for a day."""

    def __init__(self) -> None:
        self._open = 0
        self.reset()

    def reset(self) -> None:
        """Start again from zero."""
        self._total = 0
        self._most_open = self._open
        self._calls: dict[str, dict[str, int]] = {}
        self._minutes: OrderedDict[int, int] = OrderedDict()

    def begin(self, now: float) -> None:
        """A call came in."""
        self._total += 1
        self._open += 1
        self._most_open = max(self._most_open, self._open)
        minute = int(now) // 60
        self._minutes[minute] = self._minutes.get(minute, 0) + 1
        while len(self._minutes) > _MINUTES_KEPT:
            self._minutes.popitem(last=False)

    def end(self, template: str, outcome: str) -> None:
        """A call was answered with a status, or ended some other way."""
        self._open -= 1
        outcomes = self._calls.setdefault(template, {})
        outcomes[outcome] = outcomes.get(outcome, 0) + 1

    def view(self) -> CallsView:
        """The counters of now."""
        minutes = {iso(minute * 60): count for minute, count in self._minutes.items()}
        return CallsView(self._total, self._most_open, self._open, self._calls, minutes)
