"""The changes of an item by a currency, in phases."""

from collections.abc import Callable, Sequence
from functools import partial

from guildhall.packs.poe2.crafting.rules import moves
from guildhall.packs.poe2.crafting.rules.game import Base, Game, Rarity
from guildhall.packs.poe2.crafting.rules.moves import BOTH, MAGIC, NORMAL, RARE, Outcomes
from guildhall.packs.poe2.crafting.rules.pool import Draw, Pool
from guildhall.packs.poe2.crafting.rules.states import (
    CRAFTED,
    DESECRATED,
    FORGETS_NOTHING,
    FRACTURED,
    UNREVEALED,
    Forgets,
    Remembered,
    State,
    unit,
)
from guildhall.packs.poe2.crafting.rules.uses import Use, pools_of

_ALCHEMY = 4
"""Modifiers of an item after an Orb of Alchemy."""
_FRACTURE = 4
"""Modifiers that an item must have to be fractured."""
Phase = Callable[[State], Outcomes]
RARITIES: tuple[Rarity, ...] = ("normal", "magic", "rare")
_FOR = {
    "transmute": (NORMAL,), "augment": (MAGIC,), "regal": (MAGIC,), "alchemy": (NORMAL, MAGIC), "exalt": (RARE,),
    "chaos": (RARE,), "annul": (MAGIC, RARE), "fracture": (RARE,), "essence": (MAGIC,), "perfect_essence": (RARE,),
    "desecrate": (RARE,), "reveal": (RARE,),
}  # fmt: skip
"""The rarities on which an action can be used, where not on all."""


class Effect:
    """A use on items of one base and level. What a state becomes is remembered.

    It happens in `phases`, one after the other; one in which nothing can happen leaves the item as it is. `forgets`
    tells what does not matter afterwards. `wanted` has a bit for each target that is chosen when there is a choice.
    """

    def __init__(
        self,
        game: Game,
        base: Base,
        item_level: int,
        pool: Pool,
        use: Use,
        *,
        wanted: int = 0,
        forgets: Forgets = FORGETS_NOTHING,
    ) -> None:
        self.use = use
        self._pool = pool
        self._limits = game.rules.limits
        self._slots = [self._limits.slots(base.item_class, rarity) for rarity in RARITIES]
        self._sides = use.sides
        self._wanted = wanted
        self._forgets = forgets
        self._options = game.rules.options
        gift = use.currency.gift(base.item_class)
        self._gift = None if gift is None else pool.of_mod.get(gift)
        pools = pools_of(game, use)
        self._place = pool.asked.pools.index(pools[0]) if pools else 0
        self._draws: dict[tuple[int, bool], Draw] = {}
        self._never = self._why_never(base, item_level)
        self.refusal: Callable[[State], str | None] = Remembered(self._refusal).__getitem__
        """Return why it cannot be used on an item, or None."""
        phases = self._phases()
        remembered = {phase: Remembered(phase).__getitem__ for phase in phases}
        self.phases: list[Phase] = [remembered[phase] for phase in phases]

    def outcomes(self, state: State) -> dict[State, float]:
        """Return what an item becomes, with probabilities. The item is one that it can be used on."""
        found = {state: 1.0}
        for phase in self.phases:
            found = spread(found, phase)
        return found

    def _why_never(self, base: Base, item_level: int) -> str | None:
        currency = self.use.currency
        if currency.classes and base.item_class not in currency.classes:
            return f"it is not for items of the class {base.item_class}"
        if item_level < currency.floor:
            return f"its item level is below {currency.floor}"
        if currency.highest_item_level is not None and item_level > currency.highest_item_level:
            return f"its item level is above {currency.highest_item_level}"
        if currency.action in ("essence", "perfect_essence") and self._gift is None:
            return f"no modifier is known that it gives to items of the class {base.item_class}"
        return None

    def _refusal(self, state: State) -> str | None:
        return self._never or self._why_not(state)

    def _why_not(self, state: State) -> str | None:
        rarity = moves.rarity_of(state)
        if rarity not in _FOR.get(self.use.currency.action, (NORMAL, MAGIC, RARE)):
            return f"it is {RARITIES[rarity]}"
        match self.use.currency.action:
            case "augment" | "exalt":
                if self.phases[0](state):
                    return None
                free = any(side in self._sides for side in self._open(state))
                return "there is no modifier to add" if free else "it has no free slot for it"
            case "transmute" | "regal" | "alchemy":
                return None if self.phases[0](state) else "there is no modifier to add"
            case "chaos" | "annul":
                return None if self.phases[0](state) else "there is no modifier to remove"
            case "fracture":
                return self._why_not_fracture(state)
            case "essence" | "perfect_essence":
                return self._why_not_essence(state)
            case "desecrate":
                if moves.count(self._pool, state, DESECRATED) >= self._limits.desecrated:
                    return "it has a desecrated modifier already"
                return None if self.phases[0](state) else "no modifier can make room for it"
            case "reveal":
                return None if moves.count(self._pool, state, UNREVEALED) else "there is nothing to reveal"
            case "divine":
                return None if self._pool.contents(state) else "it has no modifiers"
        return None

    def _why_not_fracture(self, state: State) -> str | None:
        if len(self._pool.contents(state)) < _FRACTURE:
            return f"it has less than {_FRACTURE} modifiers"
        return "it is fractured already" if moves.count(self._pool, state, FRACTURED) else None

    def _why_not_essence(self, state: State) -> str | None:
        if moves.count(self._pool, state, CRAFTED) >= self._limits.crafted:
            return "it has a crafted modifier already"
        if self.use.currency.action == "perfect_essence":
            return None if self._making_room(state) else "no modifier can make room for it"
        assert self._gift is not None
        fits = moves.fits(self._pool, moves.with_rarity(state, RARE), self._gift, self._slots)
        return None if fits else "it has one of that family already"

    def _phases(self) -> list[Phase]:
        more = 1 if self.use.has("two") else 0
        match self.use.currency.action:
            case "transmute":
                return [partial(self._add, rarity=MAGIC, last=True)]
            case "regal":
                return [partial(self._add, rarity=RARE, last=True)]
            case "augment" | "exalt":
                return [*[partial(self._add)] * more, partial(self._add, last=True)]
            case "alchemy":
                return [self._begin_alchemy, *[self._add_to_four] * (_ALCHEMY - 1)]
            case "chaos":
                return [self._remove, partial(self._add, sides=BOTH, last=True)]
            case "annul":
                return [self._remove] * (1 + more)
            case "fracture":
                return [lambda state: moves.fracture(self._pool, state)]
            case "essence":
                return [self._put_gift]
            case "perfect_essence":
                return [self._make_room, self._put_gift]
            case "desecrate":
                return [self._desecrate]
            case "reveal":
                return [self._reveal]
        return []

    def _open(self, state: State) -> tuple[int, ...]:
        return moves.open_sides(self._pool, state, self._slots)

    def _chosen(self, state: State) -> list[int]:
        """Return the modifiers of which one is removed."""
        found = moves.removable(self._pool, state, self._sides)
        if not self.use.omens:
            return found
        if self.use.has("lowest"):
            return moves.lowest(self._pool, found)
        return moves.desecrated(self._pool, found) if self.use.has("desecrated") else found

    def _draw(self, side: int, filled: bool = False) -> Draw:
        found = self._draws.get((side, filled))
        if found is None:
            found = self._draws[side, filled] = Draw(self._pool, self._place, side, filled)
        return found

    def _add(
        self, state: State, *, rarity: int | None = None, sides: Sequence[int] | None = None, last: bool = False
    ) -> Outcomes:
        """Add a modifier, after which `last` forgets what does not matter any more."""
        if rarity is not None:
            state = moves.with_rarity(state, rarity)
        pool, most, draws = self._pool, self._slots[moves.rarity_of(state)], []
        halves, views = pool.halves, pool.views
        for side in sides or self._sides:
            seen = state & views[side]
            half = halves[side][seen]
            used = len(half.numbers)
            if used < most[side]:
                filled = last and self._forgets.side(side, used + 1)
                draws.append((state + half.filling if filled else state, self._draw(side, filled).left[seen]))
        return moves.add(draws)

    def _begin_alchemy(self, state: State) -> Outcomes:
        pool = self._pool
        kept = [one for one in pool.contents(state) if pool.tokens[one].marks & FRACTURED]
        return self._add_to_four(pool.state(RARE, kept))

    def _add_to_four(self, state: State) -> Outcomes:
        if len(self._pool.contents(state)) >= _ALCHEMY:
            return []
        return self._add(state) or self._add(state, sides=BOTH)

    def _remove(self, state: State) -> Outcomes:
        if self.use.omens:
            return moves.remove(state, self._chosen(state))
        return moves.remove_any(self._pool, state)

    def _put_gift(self, state: State) -> Outcomes:
        assert self._gift is not None
        return [(moves.put(self._pool, moves.with_rarity(state, RARE), self._gift, CRAFTED), 1.0)]

    def _making_room(self, state: State) -> list[int]:
        """Return the modifiers without which there is room for the gift."""
        assert self._gift is not None
        pool = self._pool
        return [
            one
            for one in moves.removable(pool, state, self._sides)
            if moves.fits(pool, state - unit(one), self._gift, self._slots)
        ]

    def _make_room(self, state: State) -> Outcomes:
        return moves.remove(state, self._making_room(state))

    def _desecrate(self, state: State) -> Outcomes:
        pool = self._pool
        free = [side for side in self._open(state) if side in self._sides]
        if free:
            weights = {side: self._draw(side).left[state & pool.views[side]].total for side in free}
            total = sum(weights.values())
            return [(self._hidden(state, side), weight / total) for side, weight in weights.items() if weight > 0]
        found: dict[State, float] = {}
        chosen = moves.removable(pool, state, self._sides)
        for token in chosen:
            hidden = self._hidden(state - unit(token), pool.tokens[token].side)
            found[hidden] = found.get(hidden, 0.0) + 1 / len(chosen)
        return list(found.items())

    def _hidden(self, state: State, side: int) -> State:
        return state + unit(self._pool.hidden(side, self._place))

    def _reveal(self, state: State) -> Outcomes:
        return moves.reveal(self._pool, state, self._wanted, self._options, self.use.has("again"))


def spread(states: dict[State, float], phase: Phase) -> dict[State, float]:
    """Let a phase happen to items with their probabilities."""
    found: dict[State, float] = {}
    get = found.get
    for state, chance in states.items():
        outcomes = phase(state)
        if not outcomes:
            found[state] = get(state, 0.0) + chance
        for after, share in outcomes:
            found[after] = get(after, 0.0) + chance * share
    return found
