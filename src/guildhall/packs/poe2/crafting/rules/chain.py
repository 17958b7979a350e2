"""The exact solution of a plan as a Markov chain over states of the item.

One attempt ends with success, with a restart or with a stop. Steps without repetition are one pass over the states that
can be reached. Steps that are repeated are passed again and again, until what is left of the items keeps its
proportions; the rest is a geometric series, whose sum is known.
"""

from collections.abc import Mapping
from typing import NamedTuple

from msgspec import Struct, field

from guildhall.packs.poe2.crafting.errors import PlanNeverEnds, PlanStuck, PlanTooLarge
from guildhall.packs.poe2.crafting.rules.loops import HOPELESS, NOTHING, SETTLED, Loop
from guildhall.packs.poe2.crafting.rules.plan import ReadyPlan, ReadyStep
from guildhall.packs.poe2.crafting.rules.pool import State

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
        self._filled: list[dict[State, State]] = [{} for _ in range(self._last + 1)]
        self._met: dict[State, int] = {}
        self.attempt = Attempt(self._last, self._met_by(plan.start))

    def solve(self) -> Attempt:
        """Solve one attempt. Raises PlanStuck, PlanNeverEnds, PlanTooLarge."""
        states = {self._plan.start: 1.0}
        for first, last in self._plan.blocks:
            states = self._pass_block(first, last, states)
        for state, chance in states.items():
            good = self._plan.goal.holds(state)
            end = SUCCESS if good else RESTART if self._plan.restarts else STOP
            self._count(self._last, state, end, None, chance)
        return self.attempt

    def _pass_block(self, first: int, last: int, states: States) -> States:
        """Pass the steps of a block until nothing goes back. Returns the items that go on."""
        step = self._plan.steps[last]
        if first == last:
            if step.on_failure in ("repeat", "back"):
                states = self._all_visits(last, step, states)
            return self._pass_step(last, states).on
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

    def _all_visits(self, index: int, step: ReadyStep, states: States) -> States:
        """Return the items to which a repeated step comes in all, with those at which it is skipped."""

        def again(state: State) -> bool:
            assert step.wants is not None
            if step.wants.holds(state) or (step.keeps is not None and not step.keeps.holds(state)):
                return False
            if (why := step.effect.refusal(state)) is not None:
                raise PlanStuck(step=index + 1, why=why)
            return True

        skipping = {state: chance for state, chance in states.items() if step.wants and step.wants.holds(state)}
        using = {state: chance for state, chance in states.items() if state not in skipping}
        for state in using:
            if (why := step.effect.refusal(state)) is not None:
                raise PlanStuck(step=index + 1, why=why)
        loop = Loop(step.effect.phases, again, index + 1, self._most - self._done)
        found = loop.visits(using) if using else {}
        self._done += loop.work
        return skipping | found

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
                self._count(index, state, index + 1, state, chance)
                self._keep(passed.on, index, state, chance)
            elif (why := step.effect.refusal(state)) is None:
                using.setdefault(self._met_by(state), {})[state] = chance
            else:
                self._fail(index, state, state, chance, why, passed)
        for of_met in using.values():
            before = next(iter(of_met))
            for state, chance in self._used_on(step, of_met).items():
                if step.keeps is not None and not step.keeps.holds(state):
                    self._count(index, before, RESTART, None, chance, used=True)
                elif step.wants is None or step.wants.holds(state):
                    self._count(index, before, index + 1, state, chance, used=True)
                    self._keep(passed.on, index, state, chance)
                else:
                    self._fail(index, before, state, chance, None, passed)
        return passed

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

    def _fail(
        self, index: int, before: State, state: State, chance: float, unusable: str | None, passed: _Passed
    ) -> None:
        """Let what follows a failure follow. Raises PlanStuck where the step would be repeated and cannot be."""
        step = self._plan.steps[index]
        used = unusable is None
        match step.on_failure:
            case "restart":
                self._count(index, before, RESTART, None, chance, used=used)
            case "stop":
                self._count(index, before, STOP, None, chance, used=used)
            case "continue":
                self._count(index, before, index + 1, state, chance, used=used)
                self._keep(passed.on, index, state, chance)
            case _:
                if unusable is not None and step.back_to == index:
                    raise PlanStuck(step=index + 1, why=unusable)
                self._count(index, before, step.back_to, state, chance, used=used)
                passed.back[state] = passed.back.get(state, 0.0) + chance

    def _keep(self, states: States, index: int, state: State, chance: float) -> None:
        """Add an item to those that go on, without what does not matter any more."""
        known = self._filled[index + 1]
        filled = known.get(state)
        if filled is None:
            filled = known[state] = self._plan.pool.filled_state(state, self._plan.filled[index + 1])
        states[filled] = states.get(filled, 0.0) + chance

    def _count(
        self, step: int, before: State, to: int, after: State | None, chance: float, *, used: bool = False
    ) -> None:
        if after is None:
            self._leaving += chance
        edge = Edge(step, self._met_by(before), to, 0 if after is None else self._met_by(after), used)
        self.attempt.flows[edge] = self.attempt.flows.get(edge, 0.0) + chance

    def _met_by(self, state: State) -> int:
        """Return the targets that an item meets, a bit for each."""
        found = self._met.get(state)
        if found is None:
            found = 0
            for number in self._plan.pool.contents(state):
                found |= self._plan.pool.tokens[number].met
            self._met[state] = found
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
