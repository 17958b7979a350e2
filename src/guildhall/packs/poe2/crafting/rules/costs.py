"""The cost of a plan: its mean exactly, and its distribution on a grid."""

import math
from collections.abc import Mapping, Sequence
from operator import mul
from typing import NamedTuple

from msgspec import Struct

from guildhall.packs.poe2.crafting.rules.chain import RESTART, SUCCESS, Attempt

CELLS = 1_500
"""Cells of the grid up to the largest cost that is looked at."""
_PLACES = 40
"""Pairs of a step and the targets met beyond which steps alone are told apart."""
END = -1
_TRACE = 1e-15
"""The probability below which a cell is not followed any further."""
_DEVIATIONS = 8
"""Standard deviations above the mean up to which costs are looked at."""


class Quantile(Struct, frozen=True):
    """The cost that is not exceeded with a probability."""

    probability: float
    cost: float


class Spread(Struct, frozen=True):
    """The distribution of the cost of all attempts up to the end."""

    mean: float
    deviation: float
    quantiles: list[Quantile]


class _Way(NamedTuple):
    """A way from a place to another one, or to the end."""

    place: int
    to: int
    chance: float
    cost: float


def spread_of(attempt: Attempt, costs: Sequence[float], restart: float, probabilities: Sequence[float]) -> Spread:
    """Return the distribution of costs. `costs` are those of one use of each step, `restart` that of a new item.

    The plan is seen as a chain of its steps and the targets that are met there, with the expected passages as
    probabilities. That gives the exact mean. The rest is exact but for what else of the item a step depends on;
    quantiles are within a cell of the grid.
    """
    steps, ways = _ways(attempt, costs, restart)
    mean, deviation = _moments(len(steps), ways)
    top = mean + _DEVIATIONS * deviation
    cell = top / CELLS
    masses = _grid(steps, ways, cell) if cell > 0 else [1.0]
    return Spread(mean, deviation, [Quantile(one, _quantile(masses, cell, one)) for one in sorted(probabilities)])


def _ways(attempt: Attempt, costs: Sequence[float], restart: float) -> tuple[list[int], list[_Way]]:
    """Return the steps of the places, of which the first is where an attempt begins, and the ways between them."""
    nodes = {(edge.step, edge.met) for edge in attempt.flows}
    merged = len(nodes) > _PLACES
    begin = 0, 0 if merged else attempt.met
    places = {begin: 0}
    visits: dict[int, float] = {}
    found: dict[tuple[int, int, float], float] = {}
    for edge, flow in attempt.flows.items():
        if flow <= 0:
            continue
        place = places.setdefault((edge.step, 0 if merged else edge.met), len(places))
        if edge.to >= 0:
            to = places.setdefault((edge.to, 0 if merged else edge.to_met), len(places))
        else:
            to = 0 if edge.to == RESTART else END
        cost = (costs[edge.step] if edge.used else 0.0) + (restart if edge.to == RESTART else 0.0)
        visits[place] = visits.get(place, 0.0) + flow
        found[place, to, cost] = found.get((place, to, cost), 0.0) + flow
    ways = [_Way(place, to, flow / visits[place], cost) for (place, to, cost), flow in sorted(found.items())]
    return [step for step, _ in places], ways


def _moments(size: int, ways: Sequence[_Way]) -> tuple[float, float]:
    """Return the mean and the standard deviation of the cost from the first place on."""
    matrix = [[1.0 if row == column else 0.0 for column in range(size)] for row in range(size)]
    first, second = [0.0] * size, [0.0] * size
    for place, to, chance, cost in ways:
        if to >= 0:
            matrix[place][to] -= chance
        first[place] += chance * cost
    means = _solved(matrix, first)
    for place, to, chance, cost in ways:
        after = means[to] if to >= 0 else 0.0
        second[place] += chance * cost * (cost + 2 * after)
    squares = _solved(matrix, second)
    return means[0], math.sqrt(max(0.0, squares[0] - means[0] ** 2))


def _solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """Solve a system of equations by elimination. Partial pivoting keeps it accurate."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for column in range(size):
        pivot = max(range(column, size), key=lambda row: abs(rows[row][column]))
        rows[column], rows[pivot] = rows[pivot], rows[column]
        for row in range(column + 1, size):
            if factor := rows[row][column] / rows[column][column]:
                rows[row] = [one - factor * other for one, other in zip(rows[row], rows[column], strict=True)]
    found = [0.0] * size
    for row in reversed(range(size)):
        known = sum(map(mul, rows[row][row + 1 : size], found[row + 1 :]))
        found[row] = (rows[row][size] - known) / rows[row][row]
    return found


def _grid(steps: Sequence[int], ways: Sequence[_Way], cell: float) -> list[float]:
    """Return the probability of each cell of costs, until nearly all is there.

    A cost between two cells is divided between them so that the mean stays what it is. Only the first place and those
    that one may go back to are followed cell by cell; the ways between them are summed up before.
    """
    going: list[list[tuple[int, int, float]]] = [[] for _ in steps]
    hubs = [0]
    for place, to, chance, cost in ways:
        whole, part = divmod(cost / cell, 1.0)
        going[place] += [(to, int(whole), chance * (1 - part)), (to, int(whole) + 1, chance * part)]
        if to not in (END, *hubs) and steps[to] <= steps[place]:
            hubs.append(to)
    inside = [[float(row == column) for column in hubs] for row in hubs]
    later: list[list[tuple[int, int, float]]] = [[] for _ in hubs]
    for index, hub in enumerate(hubs):
        for (to, cells), share in _ahead(steps, going, hubs, hub).items():
            if cells == 0 and to != END:
                inside[index][hubs.index(to)] -= share
            elif share > 0:
                later[index].append((END if to == END else hubs.index(to), cells, share))
    within = _inverse(inside)
    arriving = [[0.0] * (2 * CELLS + 2) for _ in hubs]
    arriving[0][0] = 1.0
    ended = [0.0] * (2 * CELLS + 2)
    onto = [*arriving, ended]  # END is the last one
    for at in range(CELLS + 1):
        visits = [0.0] * len(hubs)
        for index, masses in enumerate(arriving):
            if (number := masses[at]) > _TRACE:
                for other, share in within[index]:
                    visits[other] += number * share
        for index, number in enumerate(visits):
            if number > 0:
                for to, cells, share in later[index]:
                    onto[to][at + cells] += number * share
    return ended[: CELLS + 1]


def _ahead(
    steps: Sequence[int], going: Sequence[Sequence[tuple[int, int, float]]], hubs: Sequence[int], hub: int
) -> dict[tuple[int, int], float]:
    """Return the probabilities of the hub that comes after one, or the end, with the cells up to there."""
    found: dict[tuple[int, int], float] = {}
    masses: dict[int, dict[int, float]] = {hub: {0: 1.0}}
    for place in [hub, *sorted(set(range(len(steps))) - set(hubs), key=lambda one: steps[one])]:
        for at, mass in masses.get(place, {}).items():
            for to, cells, share in going[place]:
                if at + cells > CELLS + 1:
                    continue  # beyond what is looked at
                if to == END or to in hubs:
                    found[to, at + cells] = found.get((to, at + cells), 0.0) + mass * share
                else:
                    of_place = masses.setdefault(to, {})
                    of_place[at + cells] = of_place.get(at + cells, 0.0) + mass * share
    return found


def _inverse(matrix: Sequence[Sequence[float]]) -> list[list[tuple[int, float]]]:
    """Return the inverse of a matrix by rows, without what is 0."""
    size = len(matrix)
    columns = [_solved(matrix, [float(row == one) for row in range(size)]) for one in range(size)]
    return [[(column, columns[column][row]) for column in range(size) if columns[column][row]] for row in range(size)]


def _quantile(masses: Sequence[float], cell: float, probability: float) -> float:
    below = 0.0
    for place, mass in enumerate(masses):
        below += mass
        if below >= probability:
            return place * cell
    return len(masses) * cell


def expected_units(attempt: Attempt, units: Sequence[Mapping[str, int]], attempts: float) -> dict[str, float]:
    """Return the expected number of each currency up to the end. `units` are those of one use of each step."""
    found: dict[str, float] = {}
    for step, of_step in enumerate(units):
        uses = attempt.uses(step) * attempts
        for currency, number in of_step.items():
            found[currency] = found.get(currency, 0.0) + uses * number
    return {currency: found[currency] for currency in sorted(found)}


def success_of(attempt: Attempt) -> float:
    """Return the probability that a plan succeeds in the end."""
    restarts = attempt.ends(RESTART)
    return attempt.ends(SUCCESS) / (1 - restarts) if restarts < 1 else 0.0
