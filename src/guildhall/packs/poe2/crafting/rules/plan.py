"""Plans: an item to begin with, the modifiers that are wanted, and steps with what follows when one fails."""

from collections.abc import Callable, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from guildhall.packs.poe2.crafting.errors import BadPlan, BadTarget, UnknownModifier
from guildhall.packs.poe2.crafting.rules.effects import RARITIES, Effect
from guildhall.packs.poe2.crafting.rules.game import Game, Id, Level
from guildhall.packs.poe2.crafting.rules.items import CraftItem, base_of, pool_for, state_of
from guildhall.packs.poe2.crafting.rules.moves import BOTH, rarity_of
from guildhall.packs.poe2.crafting.rules.pool import Pool
from guildhall.packs.poe2.crafting.rules.states import Forgets, Remembered, State
from guildhall.packs.poe2.crafting.rules.uses import Use, use_of

MOST_STEPS = 20
MOST_TARGETS = 8

Number = Annotated[int, Meta(ge=1, le=MOST_STEPS)]
OnFailure = Literal["restart", "continue", "repeat", "back", "stop"]


class CraftTarget(Struct, frozen=True, kw_only=True):
    """A modifier that is wanted: any tier of `type` from a modifier level on, or any of `mods`."""

    type: Annotated[Id, Meta(examples=["IncreasedLife"])] | None = None
    level: Level = 0
    mods: Annotated[list[Id], Meta(max_length=200)] = []


_Targets = Annotated[list[Annotated[int, Meta(ge=1, le=MOST_TARGETS)]], Meta(max_length=MOST_TARGETS)]


class Condition(Struct, frozen=True, kw_only=True):
    """A state of the item: it meets `at_least` of the targets given by number (else all), and has free slots."""

    targets: _Targets = []
    at_least: Annotated[int, Meta(ge=0, le=MOST_TARGETS)] | None = None
    free_prefixes: Annotated[int, Meta(ge=0, le=3)] = 0
    free_suffixes: Annotated[int, Meta(ge=0, le=3)] = 0


class PlanStep(Struct, frozen=True, kw_only=True):
    """A use of a currency.

    It is skipped when the item is already what it `wants`. When the item is not so afterwards, `on_failure` says what
    follows: with 'back' step number `back_to`. When the item loses a target of `keeps`, the plan is restarted.
    """

    use: Id
    omens: Annotated[list[Id], Meta(max_length=4)] = []
    wants: Condition | None = None
    keeps: _Targets = []
    on_failure: OnFailure = "continue"
    back_to: Number | None = None


class CraftPlan(Struct, frozen=True, kw_only=True):
    """Steps that make an item. It has succeeded when the item is what `goal` says, without which it meets all targets.

    A plan that ends without success is restarted with a new item, or stopped.
    """

    item: CraftItem
    targets: Annotated[list[CraftTarget], Meta(min_length=1, max_length=MOST_TARGETS)]
    steps: Annotated[list[PlanStep], Meta(min_length=1, max_length=MOST_STEPS)]
    goal: Condition | None = None
    at_end: Literal["restart", "stop"] = "restart"


class Check:
    """A condition on the tokens of a pool. Its answers are remembered."""

    def __init__(self, condition: Condition, pool: Pool, slots: Sequence[tuple[int, int]]) -> None:
        self._wanted = _bits(condition.targets)
        self._least = self._wanted.bit_count() if condition.at_least is None else condition.at_least
        self._free = condition.free_prefixes, condition.free_suffixes
        self._pool = pool
        self._slots = slots
        self.holds: Callable[[State], bool] = Remembered(self._holds).__getitem__
        """Return whether an item is so."""

    def _holds(self, state: State) -> bool:
        pool = self._pool
        if (pool.met(state) & self._wanted).bit_count() < self._least:
            return False
        most = self._slots[rarity_of(state)]
        return not any(
            free and most[side] - len(pool.half(state, side).numbers) < free for side, free in enumerate(self._free)
        )


class ReadyStep(Struct, frozen=True):
    """A step on the tokens of a pool. Steps are counted from 0 here."""

    effect: Effect
    wants: Check | None
    keeps: Check | None
    on_failure: OnFailure
    back_to: int


class ReadyPlan(Struct, frozen=True):
    """A plan on the tokens of a pool.

    `blocks` are the first and the last of steps that are repeated together. `forgets` tells for each step, and the
    end, what does not matter from there on.
    """

    pool: Pool
    start: State
    steps: list[ReadyStep]
    goal: Check
    restarts: bool
    blocks: list[tuple[int, int]]
    forgets: list[Forgets]


def make_ready(game: Game, plan: CraftPlan) -> ReadyPlan:
    """Look up all that a plan names.

    Raises BaseNotFound, UnknownModifier, UnknownCurrency, UnknownOmen, OmenWithoutEffect, NotCalculated, BadItem,
    BadTarget, BadPlan.
    """
    base = base_of(game, plan.item.base)
    targets = tuple(mods_of(game, one) for one in plan.targets)
    for number in [one for step in plan.steps for one in (*step.keeps, *(step.wants.targets if step.wants else ()))]:
        _check_number(number, len(targets))
    for number in plan.goal.targets if plan.goal else ():
        _check_number(number, len(targets))
    uses = [use_of(game, step.use, step.omens) for step in plan.steps]
    asked = _asked(plan, uses)
    looked_at = tuple(one if number in asked else frozenset[str]() for number, one in enumerate(targets, 1))
    pool = pool_for(game, base, plan.item, uses, looked_at)
    slots = [game.rules.limits.slots(base.item_class, rarity) for rarity in RARITIES]
    everything = Condition(targets=list(range(1, len(targets) + 1)))
    backs = [_back_to(step, index) for index, step in enumerate(plan.steps)]
    blocks = _blocks(backs)
    most = tuple(max(of_rarity[side] for of_rarity in slots) for side in BOTH)
    forgets = _forgets(uses, blocks, most)
    steps = []
    for index, (step, use) in enumerate(zip(plan.steps, uses, strict=True)):
        wanted = _bits((step.wants or everything).targets or everything.targets)
        next_step = index if step.on_failure in ("repeat", "back") else index + 1
        effect = Effect(game, base, plan.item.item_level, pool, use, wanted=wanted, forgets=forgets[next_step])
        wants = None if step.wants is None else Check(step.wants, pool, slots)
        keeps = Check(Condition(targets=step.keeps), pool, slots) if step.keeps else None
        steps.append(ReadyStep(effect, wants, keeps, step.on_failure, backs[index]))
    goal = Check(plan.goal or everything, pool, slots)
    start = state_of(game, base, plan.item, pool)
    return ReadyPlan(pool, start, steps, goal, plan.at_end == "restart", blocks, forgets)


def _check_number(number: int, targets: int) -> None:
    if number > targets:
        raise BadPlan(why=f"there is no target number {number}")


def _back_to(step: PlanStep, index: int) -> int:
    """Return the step that follows a failure by 'repeat' or 'back'. Raises BadPlan."""
    if step.wants is None and step.on_failure != "continue":
        raise BadPlan(why=f"step {index + 1} says what follows when it fails, and wants nothing")
    if (step.back_to is None) == (step.on_failure == "back"):
        raise BadPlan(why=f"step {index + 1} says 'back' without 'back_to', or the other way round")
    if step.back_to is not None and step.back_to > index + 1:
        raise BadPlan(why=f"step {index + 1} goes back to step {step.back_to}, which comes later")
    return index if step.back_to is None else step.back_to - 1


def _blocks(backs: Sequence[int]) -> list[tuple[int, int]]:
    """Return the steps in blocks, from the first to which each may go back: those repeated together are one."""
    blocks: list[tuple[int, int]] = []
    for index, back in enumerate(backs):
        first = back
        while blocks and blocks[-1][1] >= first:
            first = min(first, blocks.pop()[0])
        blocks.append((first, index))
    return blocks


def _asked(plan: CraftPlan, uses: Sequence[Use]) -> set[int]:
    """Return the targets that anything of a plan depends on, by number."""
    every = set(range(1, len(plan.targets) + 1))
    if plan.goal is None or not plan.goal.targets:
        return every
    found = set(plan.goal.targets)
    for step, use in zip(plan.steps, uses, strict=True):
        wanted = step.wants.targets if step.wants else []
        if use.currency.action == "reveal" and not wanted:
            return every
        found.update(step.keeps, wanted)
    return found


def _forgets(uses: Sequence[Use], blocks: Sequence[tuple[int, int]], most: tuple[int, ...]) -> list[Forgets]:
    """Return for each step, and the end, what does not matter from there on."""
    firsts = [first for first, last in blocks for _ in range(first, last + 1)]
    found = []
    for index in range(len(uses) + 1):
        later = uses[firsts[index] if index < len(firsts) else index :]
        added = {side for use in later for side in use.adds_on}
        grows = all(use.only_adds for use in later)
        found.append(Forgets(tuple(side for side in BOTH if side not in added), most if grows else None))
    return found


def mods_of(game: Game, target: CraftTarget) -> frozenset[str]:
    """Return the modifiers that meet a target. Raises BadTarget, UnknownModifier."""
    if (target.type is None) == (not target.mods):
        raise BadTarget(why="give either 'type' or 'mods'")
    for mod in target.mods:
        if mod not in game.mods:
            raise UnknownModifier(patch=game.patch, mod=mod)
    if target.type is None:
        return frozenset(target.mods)
    found = frozenset(one.id for one in game.mods.values() if one.type == target.type and one.level >= target.level)
    if not found:
        raise BadTarget(why=f"no modifier of the type {target.type} has the level {target.level} or a higher one")
    return found


def _bits(numbers: Sequence[int]) -> int:
    return sum(1 << (number - 1) for number in set(numbers))
