"""A step that is repeated until it succeeds: how often each state of the item is met."""

from collections.abc import Callable, Sequence
from operator import mul

from guildhall.packs.poe2.crafting.errors import PlanNeverEnds, PlanTooLarge
from guildhall.packs.poe2.crafting.rules.effects import Phase
from guildhall.packs.poe2.crafting.rules.pool import State

SETTLED = 1e-13
"""The relative change from pass to pass below which proportions do not change any more."""
NOTHING = 1e-18
"""The part of the items that is not followed any further."""
HOPELESS = 1e-14
"""The share of the items that leaves in a pass below which the others never do."""
_PASSES = 100_000
_Row = tuple[list[int], list[float]]
"""The origins of a state: places in the layer before, with probabilities."""


class Loop:
    """The states of a repeated step, numbered layer by layer, so that a pass is a few sums of products."""

    def __init__(self, phases: Sequence[Phase], again: Callable[[State], bool], number: int, most: int) -> None:
        self._phases = phases
        self._again = again
        self._number = number
        self._most = most
        self.work = 0
        self._places: list[dict[State, int]] = [{} for _ in range(max(1, len(phases)))]
        self._rows: list[list[_Row]] = [[] for _ in phases]
        self._leaving: list[float] = []

    def visits(self, states: dict[State, float]) -> dict[State, float]:
        """Return the expected number of times that each state is met. Raises PlanNeverEnds, PlanTooLarge."""
        self._explore(states)
        first = self._places[0]
        now = [0.0] * len(first)
        for state, chance in states.items():
            now[first[state]] = chance
        totals = now.copy()
        begun = left = sum(now)
        share = 0.0
        for _ in range(_PASSES):
            after, leaving = self._pass(now)
            before, share = share, leaving / left
            going = sum(after)
            if going <= NOTHING * begun:
                return dict(zip(first, totals, strict=True))
            settled = share < HOPELESS or abs(share - before) <= SETTLED * share
            if settled and _distance(now, left, after, going) < SETTLED:
                if share < HOPELESS:
                    raise PlanNeverEnds(step=self._number)
                # what is left are the terms of a geometric series
                return {
                    state: total + one / share
                    for (state, total), one in zip(zip(first, totals, strict=True), after, strict=True)
                }
            totals = [total + one for total, one in zip(totals, after, strict=True)]
            now, left = after, going
        raise PlanNeverEnds(step=self._number)

    def _explore(self, states: dict[State, float]) -> None:
        """Number all states that can be reached, with the ways between them."""
        first, last = self._places[0], len(self._phases) - 1
        for state in states:
            first.setdefault(state, len(first))
        done = [0] * len(self._phases)
        while done[0] < len(first):
            for layer, phase in enumerate(self._phases):
                known = list(self._places[layer])[done[layer] :]
                for place, state in enumerate(known, done[layer]):
                    self._note(layer, layer == last, place, phase(state) or [(state, 1.0)])
                done[layer] += len(known)

    def _note(self, layer: int, is_last: bool, place: int, outcomes: list[tuple[State, float]]) -> None:
        self.work += len(outcomes)
        if self.work > self._most:
            raise PlanTooLarge(most=self._most)
        places = self._places[0] if is_last else self._places[layer + 1]
        rows = self._rows[layer]
        leaving = 0.0
        for after, chance in outcomes:
            if is_last and not self._again(after):
                leaving += chance
                continue
            target = places.setdefault(after, len(places))
            while target >= len(rows):
                rows.append(([], []))
            rows[target][0].append(place)
            rows[target][1].append(chance)
        if is_last:
            self._leaving.append(leaving)

    def _pass(self, now: list[float]) -> tuple[list[float], float]:
        """Let every item be used on once. Returns those that are used on again, and the sum of the others."""
        size = len(now)
        for rows in self._rows[:-1]:
            now = _gathered(rows, now)
        leaving = sum(map(mul, now, self._leaving))
        after = _gathered(self._rows[-1], now)
        return after + [0.0] * (size - len(after)), leaving


def _gathered(rows: Sequence[_Row], values: list[float]) -> list[float]:
    get = values.__getitem__
    return [sum(map(mul, chances, map(get, places))) for places, chances in rows]


def _distance(before: Sequence[float], total: float, after: Sequence[float], now: float) -> float:
    """Return how much proportions differ: the sum of differences of the shares."""
    return sum(abs(old / total - new / now) for old, new in zip(before, after, strict=True))
