"""The exact solution of a plan as a Markov chain over states of the item.

One attempt ends with success, with a restart or with a stop. Steps without repetition are one pass over the states that
can be reached. Steps that are repeated are passed again and again, until what is left of the items keeps its
proportions; the rest is a geometric series, whose sum is known.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import NamedTuple

from msgspec import Struct, field

from guildhall.packs.poe2.crafting.errors import PlanNeverEnds, PlanStuck, PlanTooLarge
from guildhall.packs.poe2.crafting.rules.loops import HOPELESS, NOTHING, SETTLED, Loop
from guildhall.packs.poe2.crafting.rules.plan import ReadyPlan, ReadyStep
from guildhall.packs.poe2.crafting.rules.states import FORGETS_NOTHING, Remembered, State

States = dict[State, float]
SUCCESS, RESTART, STOP = -1, -2, -3
"""The ends of an attempt."""


class Edge(NamedTuple):
    """A way from a step: to another one (the number of steps is the end of the plan) or to an end of the attempt.

    `met` and `to_met` are the targets that the item meets before and afterwards.
    """

    step: int
    met: int
    to: int
    to_met: int
    used: bool


class Attempt(Struct):
    """The expected passages on each edge in one attempt, which begins with an item that meets `met`."""

    steps: int
    met: int
    flows: dict[Edge, float] = field(default_factory=dict)

    def ends(self, end: int) -> float:
        """Return the probability of an end."""
        return sum(flow for edge, flow in self.flows.items() if edge.to == end)

    def uses(self, step: int) -> float:
        """Return the expected uses of a step."""
        return sum(flow for edge, flow in self.flows.items() if edge.step == step and edge.used)


class _Passed(NamedTuple):
    """The items that a step hands on, and those that go back."""

    on: States
    back: States


class Chain:
    """A plan that is solved. `most` is the number of transitions that are calculated at most."""

    def __init__(self, plan: ReadyPlan, most: int) -> None:
        self._plan = plan
        self._most = most
        self._done = 0
        self._last = len(plan.steps)
        self._leaving = 0.0
        pool = plan.pool
        self._kept = [
            None if of == FORGETS_NOTHING else Remembered(partial(pool.forgotten, forgets=of)).__getitem__
            for of in plan.forgets
        ]
        self._met_by: Callable[[State], int] = Remembered(pool.met).__getitem__
        self._flows: dict[tuple[int, int, int, int, bool], float] = {}

    def solve(self) -> Attempt:
        """Solve one attempt. Raises PlanStuck, PlanNeverEnds, PlanTooLarge."""
        states = {self._plan.start: 1.0}
        for first, last in self._plan.blocks:
            states = self._pass_block(first, last, states)
        for state, chance in states.items():
            good = self._plan.goal.holds(state)
            end = SUCCESS if good else RESTART if self._plan.restarts else STOP
            self._count(self._last, self._met_by(state), end, None, chance)
        flows = {Edge(*edge): flow for edge, flow in self._flows.items()}
        return Attempt(self._last, self._met_by(self._plan.start), flows)

    def _pass_block(self, first: int, last: int, states: States) -> States:
        """Pass the steps of a block until nothing goes back. Returns the items that go on."""
        step = self._plan.steps[last]
        if first == last:
            repeated = step.on_failure in ("repeat", "back")
            return self._pass_loop(last, step, states) if repeated else self._pass_step(last, states).on
        entries, exits = {first: states}, dict[State, float]()
        begun = left = sum(states.values())
        share = 0.0
        while left > NOTHING * begun:
            before = entries
            entries = self._pass_once(first, last, before, exits)
            going = sum(sum(found.values()) for found in entries.values())
            if going <= NOTHING * begun:
                break
            before_share, share = share, self._leaving / left
            settled = share < HOPELESS or abs(share - before_share) <= SETTLED * share
            if settled and _distance(before, left, entries, going) < SETTLED:
                self._sum_series(first, last, entries, share, exits)
                break
            left = going
        return exits

    def _pass_loop(self, index: int, step: ReadyStep, states: States) -> States:
        """Pass a step that is repeated. Returns the items that go on."""
        assert step.wants is not None
        wants, keeps, refusal = step.wants.holds, step.keeps and step.keeps.holds, step.effect.refusal

        def again(state: State) -> bool:
            if wants(state) or (keeps and not keeps(state)):
                return False
            if (why := refusal(state)) is not None:
                raise PlanStuck(step=index + 1, why=why)
            return True

        passed = _Passed({}, {})
        using: States = {}
        for state, chance in states.items():
            if wants(state):
                self._go_on(index, self._met_by(state), {state: chance}, passed.on, used=False)
            elif (why := refusal(state)) is None:
                using[state] = chance
            else:
                raise PlanStuck(step=index + 1, why=why)
        if not using:
            return passed.on
        loop = Loop(step.effect.phases, Remembered(again).__getitem__, index + 1, self._most - self._done)
        visits = loop.visits(using)
        self._done += loop.work
        met_by = list(map(self._met_by, visits))
        for met in set(met_by):
            of_met = [chance if one == met else 0.0 for one, chance in zip(met_by, visits.values(), strict=True)]
            going, leaving = loop.used_on(of_met)
            self._take(index, met, leaving, passed)
            for one, chance in _sums(zip(met_by, going, strict=True)).items():
                self._count(index, met, index, one, chance, used=True)
        return passed.on

    def _sum_series(self, first: int, last: int, entries: Mapping[int, States], share: float, exits: States) -> None:
        """Pass all that is left at once: in each pass the same share leaves."""
        if share < HOPELESS:
            raise PlanNeverEnds(step=last + 1)
        scaled = {index: {state: chance / share for state, chance in found.items()} for index, found in entries.items()}
        self._pass_once(first, last, scaled, exits)

    def _pass_once(self, first: int, last: int, entries: Mapping[int, States], exits: States) -> dict[int, States]:
        """Pass the steps of a block once. Returns the items that go back, by the step that they go back to."""
        returning: dict[int, States] = {}
        self._leaving = 0.0
        flowing: States = {}
        for index in range(first, last + 1):
            states = flowing
            if index in entries:
                states = states or {}
                _merge(states, entries[index])
            passed = self._pass_step(index, states)
            if passed.back:
                _merge(returning.setdefault(self._plan.steps[index].back_to, {}), passed.back)
            flowing = passed.on
        self._leaving += sum(flowing.values())
        _merge(exits, flowing)
        return returning

    def _pass_step(self, index: int, states: States) -> _Passed:
        step = self._plan.steps[index]
        passed = _Passed({}, {})
        using: dict[int, States] = {}
        for state, chance in states.items():
            if step.wants is not None and step.wants.holds(state):
                self._go_on(index, self._met_by(state), {state: chance}, passed.on, used=False)
            elif (why := step.effect.refusal(state)) is None:
                using.setdefault(self._met_by(state), {})[state] = chance
            else:
                self._fail(index, self._met_by(state), {state: chance}, why, passed)
        for met, of_met in using.items():
            self._take(index, met, self._used_on(step, of_met), passed)
        return passed

    def _take(self, index: int, met: int, states: States, passed: _Passed) -> None:
        """Let what follows a use follow: `states` are what items became that met the same targets before."""
        step = self._plan.steps[index]
        wants, keeps = step.wants and step.wants.holds, step.keeps and step.keeps.holds
        good: States = {}
        failing: States = {}
        lost = 0.0
        for state, chance in states.items():
            if keeps and not keeps(state):
                lost += chance
            elif wants and not wants(state):
                failing[state] = chance
            else:
                good[state] = chance
        if lost:
            self._count(index, met, RESTART, None, lost, used=True)
        self._go_on(index, met, good, passed.on, used=True)
        if failing:
            self._fail(index, met, failing, None, passed)

    def _used_on(self, step: ReadyStep, states: States) -> States:
        """Return what items become. Raises PlanTooLarge."""
        for phase in step.effect.phases:
            found: States = {}
            get = found.get
            for state, chance in states.items():
                outcomes = phase(state)
                if not outcomes:
                    found[state] = get(state, 0.0) + chance
                for after, share in outcomes:
                    found[after] = get(after, 0.0) + chance * share
                self._done += len(outcomes) + 1
            if self._done > self._most:
                raise PlanTooLarge(most=self._most)
            states = found
        return states

    def _fail(self, index: int, met: int, states: States, unusable: str | None, passed: _Passed) -> None:
        """Let what follows a failure follow. Raises PlanStuck where the step would be repeated and cannot be."""
        step = self._plan.steps[index]
        used = unusable is None
        match step.on_failure:
            case "restart":
                self._count(index, met, RESTART, None, sum(states.values()), used=used)
            case "stop":
                self._count(index, met, STOP, None, sum(states.values()), used=used)
            case "continue":
                self._go_on(index, met, states, passed.on, used=used)
            case _:
                if unusable is not None and step.back_to == index:
                    raise PlanStuck(step=index + 1, why=unusable)
                self._count_all(index, met, step.back_to, states, used=used)
                _merge(passed.back, states)

    def _go_on(self, index: int, met: int, states: States, onto: States, *, used: bool) -> None:
        """Add items to those that go on, without what does not matter any more."""
        self._count_all(index, met, index + 1, states, used=used)
        kept = self._kept[index + 1]
        _merge(onto, states if kept is None else _sums((kept(state), chance) for state, chance in states.items()))

    def _count_all(self, step: int, met: int, to: int, states: States, *, used: bool) -> None:
        for one, chance in _sums(zip(map(self._met_by, states), states.values(), strict=True)).items():
            self._count(step, met, to, one, chance, used=used)

    def _count(self, step: int, met: int, to: int, to_met: int | None, chance: float, *, used: bool = False) -> None:
        if to_met is None:
            self._leaving += chance
        edge = step, met, to, to_met or 0, used
        self._flows[edge] = self._flows.get(edge, 0.0) + chance


def _sums(shares: Iterable[tuple[int, float]]) -> dict[int, float]:
    found: dict[int, float] = {}
    for one, share in shares:
        found[one] = found.get(one, 0.0) + share
    return found


def _merge(states: States, others: States) -> None:
    for state, chance in others.items():
        states[state] = states.get(state, 0.0) + chance


def _distance(before: Mapping[int, States], total: float, after: Mapping[int, States], now: float) -> float:
    """Return how much proportions differ: the sum of differences of the shares."""
    found = 0.0
    for index in before.keys() | after.keys():
        old, new = before.get(index, {}), after.get(index, {})
        for state in old.keys() | new.keys():
            found += abs(old.get(state, 0.0) / total - new.get(state, 0.0) / now)
    return found
