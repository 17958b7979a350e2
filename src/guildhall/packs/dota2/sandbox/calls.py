"""The calls of clients since the start or the last reset."""

from collections import OrderedDict

from msgspec import Struct

from guildhall.packs.dota2.sandbox.clock import iso
from guildhall.sandbox.calls import CallCounters

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


class Calls(CallCounters):
    """Counters of API calls. Minutes are kept for a day."""

    def reset(self) -> None:
        """Start again from zero."""
        super().reset()
        self._minutes: OrderedDict[int, int] = OrderedDict()

    def begin_at(self, now: float) -> None:
        """Count a call that came in at a time of the world."""
        self.begin()
        minute = int(now) // 60
        self._minutes[minute] = self._minutes.get(minute, 0) + 1
        while len(self._minutes) > _MINUTES_KEPT:
            self._minutes.popitem(last=False)

    def view(self) -> CallsView:
        """The counters of now."""
        minutes = {iso(minute * 60): count for minute, count in self._minutes.items()}
        return CallsView(self.total, self.most_open, self.open, self.by_route, minutes)
