"""A step that is repeated until it succeeds: how often each state of the item is met."""

from collections.abc import Callable, Sequence
from operator import itemgetter, mul

from guildhall.packs.poe2.crafting.errors import PlanNeverEnds, PlanTooLarge
from guildhall.packs.poe2.crafting.rules.effects import Phase
from guildhall.packs.poe2.crafting.rules.residuals import solved_by_residuals
from guildhall.packs.poe2.crafting.rules.states import State

SETTLED = 1e-13
"""The relative change from pass to pass below which proportions do not change any more."""
NOTHING = 1e-18
"""The part of the items that is not followed any further."""
HOPELESS = 1e-14
"""The share of the items that leaves in a pass below which the others never do."""
_PASSES = 100_000
_PLAIN = 2
"""Passes before what is left is solved for at once: most loops that end soon have ended by then."""
_AGAIN = 3
"""Times that a solution is made better before passes are made instead."""
_SMOOTH = 12
"""Passes from a solution, after which it must be settled."""
_LIGHT = 1e-9
"""The part of all items that a state counts for at least when what is wrong is weighed."""
_Row = tuple[list[int], list[float]]
"""The origins of a state: places in the layer before, with probabilities."""
_WIDTH = 4
"""The origins of most states."""


class Loop:
    """The states of a repeated step, numbered layer by layer, so that a pass is a few sums of products."""

    def __init__(self, phases: Sequence[Phase], again: Callable[[State], bool], number: int, most: int) -> None:
        self._phases = phases or [_unchanged]
        self._again = again
        self._number = number
        self._most = most
        self.work = 0
        self._places: list[dict[State, int]] = [{} for _ in self._phases]
        self._rows: list[list[_Row]] = [[] for _ in self._phases]
        self._gathers: list[Gathers] = []
        self._leaving: list[float] = []
        self._exits: list[tuple[int, State, float]] = []

    def visits(self, states: dict[State, float]) -> dict[State, float]:
        """Return the expected number of times that each state is met. Raises PlanNeverEnds, PlanTooLarge."""
        self._explore(states)
        first = self._places[0]
        now = [0.0] * len(first)
        for state, chance in states.items():
            now[first[state]] = chance
        return dict(zip(first, self._totals(now), strict=True))

    def used_on(self, numbers: list[float]) -> tuple[list[float], dict[State, float]]:
        """Return what states become by one use: those it is used on again, and the others.

        The former are in the order of `visits`.
        """
        last = len(self._phases) - 1
        values = self._through(numbers, 0, last)
        leaving: dict[State, float] = {}
        for place, after, chance in self._exits:
            if value := values[place]:
                leaving[after] = leaving.get(after, 0.0) + value * chance
        return self._through(values, last, last + 1), leaving

    def _totals(self, now: list[float]) -> list[float]:
        """Pass until nothing is left, or until what is left keeps its proportions."""
        totals = now
        begun = left = sum(now)
        share = 0.0
        for number in range(_PASSES):
            after, leaving = self._pass(now)
            before, share = share, leaving / left
            going = sum(after)
            if going <= NOTHING * begun:
                return totals
            settled = share < HOPELESS or abs(share - before) <= SETTLED * share
            if settled and _distance(now, left, after, going) < SETTLED:
                if share < HOPELESS:
                    raise PlanNeverEnds(step=self._number)
                # what is left are the terms of a geometric series
                return [total + one / share for total, one in zip(totals, after, strict=True)]
            if number == _PLAIN and (solved := self._solve(after, going)) is not None:
                return _sum(totals, solved)
            totals = _sum(totals, after)
            now, left = after, going
        raise PlanNeverEnds(step=self._number)

    def _solve(self, now: list[float], begun: float) -> list[float] | None:
        """Return how often states are met from now on, or None where that has to be found pass by pass.

        Met are those of now, and those that a pass makes of all that are met: a system of equations, which is solved on
        the smallest layer. All items leave in the end, which tells the scale better than the equations do.
        """
        if not self._all_leave():
            return None
        layer = min(range(len(self._places)), key=lambda one: len(self._places[one]))
        begin = self._through(now, 0, layer)

        def rest(values: list[float]) -> list[float]:
            after = self._through(self._through(values, layer, len(self._phases)), 0, layer)
            return [one - other for one, other in zip(values, after, strict=True)]

        weights = self._weights(layer, begin)
        inner = begin
        for _ in range(_AGAIN):
            inner = solved_by_residuals(rest, begin, inner, weights)
            totals = _sum(now, self._through(inner, layer, len(self._phases)))
            share = 0.0
            for _ in range(_SMOOTH):
                after, leaving = self._pass(totals)
                if leaving <= 0:
                    break
                scale = begun / leaving
                met = sum(totals)
                after = [one + scale * other for one, other in zip(now, after, strict=True)]
                before, share = share, leaving / met
                distance = sum(abs(scale * one - other) for one, other in zip(totals, after, strict=True))
                if distance < SETTLED * scale * met and abs(share - before) <= SETTLED * share and min(after) >= 0:
                    return after
                totals = after
            inner = self._through(totals, 0, layer)
        return None

    def _weights(self, layer: int, begin: list[float]) -> list[float]:
        """Return weights for the states of a layer in which going to and fro is nearly symmetric.

        Where a modifier is removed and one added, ways there and back have a balance; else what is there now tells.
        """
        found = begin
        if len(self._rows) == 2 and layer == 1:
            found = balance_of(self._rows[0], self._rows[1])
        least = sum(found) * _LIGHT
        return [1 / max(one, least) for one in found]

    def _all_leave(self) -> bool:
        """Return whether every state may leave the loop sooner or later."""
        found = [set[int]() for _ in self._phases]
        last = len(self._phases) - 1
        new = {place for place, share in enumerate(self._leaving) if share > 0}
        layer = last
        while new:
            found[layer] |= new
            rows = self._rows[layer - 1]
            before = {origin for place in new if place < len(rows) for origin in rows[place][0]}
            layer = (layer - 1) % len(self._phases)
            new = before - found[layer]
        return all(len(some) == len(every) for some, every in zip(found, self._places, strict=True))

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
        for layer, rows in enumerate(self._rows):
            rows += [([], []) for _ in range(len(self._places[(layer + 1) % len(self._places)]) - len(rows))]
        self._gathers = [Gathers(rows) for rows in self._rows]

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
                self._exits.append((place, after, chance))
                continue
            target = places.setdefault(after, len(places))
            while target >= len(rows):
                rows.append(([], []))
            origins, chances = rows[target]
            origins.append(place)
            chances.append(chance)
        if is_last:
            self._leaving.append(leaving)

    def _pass(self, now: list[float]) -> tuple[list[float], float]:
        """Let every item be used on once. Returns those that are used on again, and the sum of the others."""
        last = self._through(now, 0, len(self._phases) - 1)
        leaving = sum(map(mul, last, self._leaving))
        return self._through(last, len(self._phases) - 1, len(self._phases)), leaving

    def _through(self, values: list[float], layer: int, to: int) -> list[float]:
        """Return what values of a layer become in a later one."""
        for gathers in self._gathers[layer:to]:
            values = gathers(values)
        return values


def _unchanged(state: State) -> list[tuple[State, float]]:
    return [(state, 1.0)]


class Gathers:
    """The ways from one layer to the next, as sums of products for each state of the latter."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        short: list[tuple[int, int, int, int, float, float, float, float]] = []
        self._long: list[tuple[Callable[[Sequence[float]], Sequence[float]], list[float]]] = []
        order = []
        for places, chances in rows:
            if len(places) > _WIDTH:
                order.append((1, len(self._long)))
                self._long.append((itemgetter(*places), chances))
            else:
                order.append((0, len(short)))
                more = [0] * (_WIDTH - len(places))
                short.append((*places, *more, *chances, *map(float, more)))  # type: ignore[arg-type]
        self._short = short
        self._order = [place + kind * len(short) for kind, place in order]

    def __call__(self, values: Sequence[float]) -> list[float]:
        found = [
            values[a] * of_a + values[b] * of_b + values[c] * of_c + values[d] * of_d
            for a, b, c, d, of_a, of_b, of_c, of_d in self._short
        ]
        found += [sum(map(mul, chances, origins(values))) for origins, chances in self._long]
        return found if len(self._order) < 2 else list(itemgetter(*self._order)(found))


def balance_of(down: Sequence[_Row], up: Sequence[_Row]) -> list[float]:
    """Return measures of the states in the middle that the ways to and fro keep, where there are any; 0 for others.

    What goes from a state to its neighbour is then as much as comes back.
    """
    back: list[dict[int, float]] = [{} for _ in up]
    for middle, (places, chances) in enumerate(down):
        for place, chance in zip(places, chances, strict=True):
            back[place][middle] = chance
    found = [0.0] * len(down)
    found[0] = 1.0
    waiting = list(range(len(up)))
    while waiting:
        later = []
        for place in waiting:
            ways = [
                (middle, chance, back[place][middle])
                for middle, chance in zip(*up[place], strict=True)
                if middle in back[place]
            ]
            here = next((found[middle] * chance / other for middle, chance, other in ways if found[middle]), 0.0)
            if not here:
                later.append(place)
            for middle, chance, other in ways if here else ():
                found[middle] = found[middle] or here * other / chance
        waiting = later if len(later) < len(waiting) else []
    return found


def _sum(some: Sequence[float], others: Sequence[float]) -> list[float]:
    return [one + other for one, other in zip(some, others, strict=True)]


def _distance(before: Sequence[float], total: float, after: Sequence[float], now: float) -> float:
    """Return how much proportions differ: the sum of differences of the shares."""
    return sum(abs(old / total - new / now) for old, new in zip(before, after, strict=True))
