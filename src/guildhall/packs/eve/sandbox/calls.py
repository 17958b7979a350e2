"""The calls of clients, those that came too early, and the use of refresh tokens."""

from collections import OrderedDict

from msgspec import Struct

from guildhall.sandbox.calls import CallCounters, count

_URLS_KEPT = 200_000


class EarlyCall(Struct):
    """A call that came before the answer it had was out of date; `seconds` too early."""

    path: str
    character: int | None
    seconds: float


class RefreshView(Struct):
    """One character's refreshes: those that worked, those with a token used before, most at the same time."""

    refreshed: int = 0
    superseded: int = 0
    refused: int = 0
    most_at_once: int = 0


class CallsView(Struct):
    """Calls in all; by route and status ("dead" and "hang" have none); by character, route and status.

    `early` counts calls that a good client does not make, `early_calls` has the last fifty. `refreshes` is by
    character id. `max_concurrency` is the largest number of calls that were open at once.
    """

    total: int
    max_concurrency: int
    open: int
    calls: dict[str, dict[str, int]]
    characters: dict[str, dict[str, dict[str, int]]]
    early: int
    early_calls: list[EarlyCall]
    refreshes: dict[str, RefreshView]


class Calls(CallCounters):
    """Counters of calls to SSO and ESI."""

    def __init__(self) -> None:
        self._refreshing: dict[int, int] = {}
        self._fresh_until: OrderedDict[tuple[str, str], float] = OrderedDict()
        super().__init__()

    def reset(self) -> None:
        """Start again from zero; what is still fresh stays known."""
        super().reset()
        self._characters: dict[int, dict[str, dict[str, int]]] = {}
        self._early = 0
        self._early_calls: list[EarlyCall] = []
        self._refreshes: dict[int, RefreshView] = {}

    def end_for(self, character: int | None, route: str, outcome: str) -> None:
        """Count how a call ended, also among those of its character."""
        self.end(route, outcome)
        if character is not None:
            count(self._characters.setdefault(character, {}), route, outcome)

    def ask(self, who: str, path: str, character: int | None, now: float) -> None:
        """Note a call of a page that may still be fresh for the caller."""
        until = self._fresh_until.get((who, path))
        if until is not None and now < until:
            self._early += 1
            self._early_calls = [*self._early_calls[-49:], EarlyCall(path, character, round(until - now, 3))]

    def answered(self, who: str, path: str, until: float) -> None:
        """Note until when an answer is fresh."""
        self._fresh_until[who, path] = until
        self._fresh_until.move_to_end((who, path))
        while len(self._fresh_until) > _URLS_KEPT:
            self._fresh_until.popitem(last=False)

    def forget_freshness(self) -> None:
        """The next call of every page is welcome."""
        self._fresh_until.clear()

    def begin_refresh(self, character: int) -> None:
        """A refresh of a character's token came in."""
        view = self._refreshes.setdefault(character, RefreshView())
        self._refreshing[character] = self._refreshing.get(character, 0) + 1
        view.most_at_once = max(view.most_at_once, self._refreshing[character])

    def end_refresh(self, character: int, outcome: str) -> None:
        """Count the end of a refresh: "refreshed", "superseded" or "refused"."""
        left = self._refreshing.pop(character) - 1
        if left:
            self._refreshing[character] = left
        view = self._refreshes.setdefault(character, RefreshView())
        setattr(view, outcome, getattr(view, outcome) + 1)

    def view(self) -> CallsView:
        """The counters of now."""
        return CallsView(
            self.total,
            self.most_open,
            self.open,
            self.by_route,
            {str(character): routes for character, routes in self._characters.items()},
            self._early,
            self._early_calls,
            {str(character): view for character, view in self._refreshes.items()},
        )
