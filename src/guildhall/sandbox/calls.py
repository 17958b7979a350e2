"""Counters of the calls that clients have made since the start or the last reset."""

from msgspec import Struct


class CallsView(Struct):
    """Calls in all, most open at once, open now; calls by route and outcome ("dead" and "hang" have no status)."""

    total: int
    max_concurrency: int
    open: int
    calls: dict[str, dict[str, int]]


class CallCounters:
    """Calls in all, those that are open, and calls by route and outcome. The control plane is not counted.

    An outcome is a status, or a word for an end without one ("dead", "hang").
    """

    def __init__(self) -> None:
        self.open = 0
        self.reset()

    def reset(self) -> None:
        """Start again from zero; calls that are open stay open."""
        self.total = 0
        self.most_open = self.open
        """The largest number of calls that were open at once."""
        self.by_route: dict[str, dict[str, int]] = {}

    def begin(self) -> None:
        """Count a call that came in."""
        self.total += 1
        self.open += 1
        self.most_open = max(self.most_open, self.open)

    def end(self, route: str, outcome: str) -> None:
        """Count how a call ended."""
        self.open -= 1
        count(self.by_route, route, outcome)

    def view(self) -> Struct:
        """Return the counters of now."""
        return CallsView(self.total, self.most_open, self.open, self.by_route)


def count(table: dict[str, dict[str, int]], route: str, outcome: str) -> None:
    """Add one to an outcome of a route."""
    outcomes = table.setdefault(route, {})
    outcomes[outcome] = outcomes.get(outcome, 0) + 1
