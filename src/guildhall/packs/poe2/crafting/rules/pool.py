"""The modifiers that can come onto an item of a base, sorted into parts whose members are alike.

Families whose modifiers have the same weights and meet the same targets are exchangeable: how many of them an item has
tells all about its future that which of them it has does. So a state of an item has a token for each modifier, which
names its part, and there are thousands of states where there are 10^12 items.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from msgspec import Struct

from guildhall.packs.poe2.crafting.rules.game import SIDES, Base, Game, Mod, ModKind
from guildhall.packs.poe2.crafting.rules.states import (
    DESECRATED,
    FILLER,
    FRACTURED,
    HIDDEN,
    MANY,
    UNREVEALED,
    Forgets,
    Half,
    Remembered,
    State,
    Token,
    bits,
    numbers_in,
    unit,
)


class PoolKey(NamedTuple):
    """A pool: the kinds of modifiers in it, the least level, and the faction if it is of one."""

    kinds: tuple[ModKind, ...]
    floor: int
    faction: str | None = None


class Entry(NamedTuple):
    """A part in a pool: the number of families, and what each of them may become, with weights."""

    part: int
    size: int
    tokens: tuple[tuple[int, float], ...]


Entries = tuple[tuple[Entry, ...], tuple[Entry, ...]]
"""A pool's prefixes and suffixes."""


class Left(NamedTuple):
    """Modifiers that an item may still get of a draw: what is added to its state, with weights, and their sum."""

    units: list[tuple[State, float]]
    total: float


class Draw:
    """One side of a pool, ready to draw from.

    Where it is `filled`, tokens stand for all of which only the side matters.
    """

    def __init__(self, pool: "Pool", place: int, side: int, filled: bool = False) -> None:
        self._parts: list[tuple[int, int, list[tuple[int, float]]]] = []
        for part, size, tokens in pool.entries[place][side]:
            numbers = [(pool.filled(number) if filled else number, weight) for number, weight in tokens]
            self._parts.append((part, size, [(unit(number), weight) for number, weight in numbers]))
        self._halves = pool.halves[side]
        self.left = Remembered(self._left)
        """Modifiers that are left for an item, by the half of it on this side."""

    def _left(self, half: State) -> Left:
        taken = self._halves[half].taken
        found: dict[State, float] = {}
        for part, size, units in self._parts:
            if (left := size - taken.get(part, 0)) > 0:
                for added, weight in units:
                    found[added] = found.get(added, 0.0) + left * weight
        return Left(list(found.items()), sum(found.values()))


class Asked(Struct, frozen=True, kw_only=True):
    """The facts that make up the parts: pools, targets, modifiers by name, and whether levels or ids matter."""

    pools: tuple[PoolKey, ...]
    targets: tuple[frozenset[str], ...] = ()
    held: frozenset[str] = frozenset()
    named: frozenset[str] = frozenset()
    """Modifiers that are put on the item by name; each has a part of its own."""
    by_level: bool = False
    apart: bool = False
    """Every modifier for itself."""


class Pool:
    """The tokens of one base and item level, and the draws of its pools."""

    def __init__(self, game: Game, base: Base, item_level: int, asked: Asked) -> None:
        self.asked = asked
        self.tokens: list[Token] = []
        self._numbers: dict[Token, int] = {}
        self.of_mod: dict[str, int] = {}
        self.views = [0, 0]
        """The bits of a state that tell all about a side: its tokens, and those that exclude some of them."""
        self.conflicts = dict[int, tuple[int, ...]]()
        self.halves = [Remembered(partial(self._half, side)) for side in range(len(SIDES))]
        """The view that each side of a state gives, by its bits."""
        self.conflicts = self._make_parts(_groups(game, base, item_level, asked))
        for number, token in enumerate(self.tokens):
            self._show(number, token)

    def number(self, token: Token) -> int:
        """Return the number of a token, the same for equal ones."""
        found = self._numbers.get(token)
        if found is None:
            found = self._numbers[token] = len(self.tokens)
            self.tokens.append(token)
            self._show(found, token)
        return found

    def _show(self, number: int, token: Token) -> None:
        for side in range(len(SIDES)):
            if side == token.side or token.part in self.conflicts:
                self.views[side] |= bits(number)

    def contents(self, state: State) -> tuple[int, ...]:
        """Return the tokens of an item, with repetitions."""
        return self.half(state, 0).numbers + self.half(state, 1).numbers

    def half(self, state: State, side: int) -> Half:
        """Return what a side of an item tells."""
        return self.halves[side][state & self.views[side]]

    def _half(self, side: int, half: State) -> Half:
        numbers, met, filling = [], 0, 0
        taken: dict[int, int] = {}
        loose: dict[State, int] = {}
        for number in numbers_in(half):
            token = self.tokens[number]
            taken[token.part] = taken.get(token.part, 0) + 1
            if token.side == side:
                numbers.append(number)
                met |= token.met
                if not token.marks & FRACTURED:
                    loose[unit(number)] = loose.get(unit(number), 0) + 1
                filling += unit(self.filled(number)) - unit(number)
        for part in taken.keys() & self.conflicts.keys():
            for other in self.conflicts[part]:
                taken[other] = MANY
        return Half(tuple(numbers), met, taken, list(loose.items()), filling)

    def state(self, rarity: int, numbers: Iterable[int]) -> State:
        """Return the state of an item."""
        return rarity + sum(unit(number) for number in numbers)

    def marked(self, number: int, marks: int) -> int:
        """Return a token with further marks."""
        token = self.tokens[number]
        return self.number(token._replace(marks=token.marks | marks))

    def hidden(self, side: int, pool: int) -> int:
        """Return the token of a modifier that is not revealed."""
        return self.number(Token(HIDDEN, side, 0, 0, UNREVEALED | DESECRATED, "", pool))

    def met(self, state: State) -> int:
        """Return the targets that an item meets, a bit for each."""
        prefixes, suffixes = self.views
        return self.halves[0][state & prefixes].met | self.halves[1][state & suffixes].met

    def filled(self, number: int) -> int:
        """Return a token with its part forgotten, for a side on which nothing is added any more."""
        token = self.tokens[number]
        return number if token.part < 0 or token.part in self.conflicts else self.number(token._replace(part=FILLER))

    def forgotten(self, state: State, forgets: Forgets) -> State:
        """Return an item without what does not matter any more."""
        filling = 0
        for side in range(len(SIDES)):
            half = self.half(state, side)
            if forgets.side(side, len(half.numbers)):
                filling += half.filling
        return state + filling

    def _make_parts(self, groups: "Sequence[_Group]") -> dict[int, tuple[int, ...]]:
        """Sort the groups into parts, and return the parts that exclude each other."""
        of_family: dict[str, set[int]] = defaultdict(set)
        for index, group in enumerate(groups):
            for family in group.families:
                of_family[family].add(index)
        rivals = [
            {other for family in group.families for other in of_family[family]} - {index}
            for index, group in enumerate(groups)
        ]
        parts: dict[object, int] = {}
        part_of, sizes = [], defaultdict[int, int](int)
        for index, group in enumerate(groups):
            alone = self.asked.apart or rivals[index] or not self.asked.named.isdisjoint(group.mods)
            part = parts.setdefault(index if alone else (group.side, group.profile), len(parts))
            part_of.append(part)
            sizes[part] += 1
        entries: list[tuple[list[Entry], list[Entry]]] = [([], []) for _ in self.asked.pools]
        seen = set()
        for group, part in zip(groups, part_of, strict=True):
            numbers = {key: self.number(Token(part, group.side, *key[:2], 0, key[2], 0)) for key, _ in group.profile}
            self.of_mod |= {mod: numbers[key] for mod, key in group.mods.items()}
            if part in seen:
                continue
            seen.add(part)
            for place, of_pool in enumerate(entries):
                tokens = tuple((numbers[key], weights[place]) for key, weights in group.profile if weights[place] > 0)
                if tokens:
                    of_pool[group.side].append(Entry(part, sizes[part], tokens))
        self.entries: list[Entries] = [(tuple(prefixes), tuple(suffixes)) for prefixes, suffixes in entries]
        return {
            part_of[index]: tuple(sorted(part_of[other] for other in others))
            for index, others in enumerate(rivals)
            if others
        }


_Key = tuple[int, int, str]
"""The targets that a modifier meets, its level, its id; the last two where they matter."""


class _Group(Struct, frozen=True):
    """The modifiers of one side that share their families: an item has one of them."""

    side: int
    families: frozenset[str]
    mods: dict[str, _Key]
    profile: tuple[tuple[_Key, tuple[float, ...]], ...]


def _groups(game: Game, base: Base, item_level: int, asked: Asked) -> list[_Group]:
    """Return the groups of all modifiers that matter, in an order that does not depend on the table's."""
    tags = frozenset(base.tags)
    known = asked.held | asked.named
    rollable = {
        mod.id: weight
        for mod in game.mods.values()
        if mod.level <= item_level and mod.kind != "crafted" and (weight := game.weight_on(mod, tags)) > 0
    }
    weights = [_pool_weights(game, rollable, pool) for pool in asked.pools]
    groups: dict[tuple[int, tuple[str, ...]], list[Mod]] = defaultdict(list)
    for id in sorted(rollable.keys() | known):
        mod = game.mods[id]
        groups[SIDES.index(mod.side), tuple(sorted(mod.exclusive))].append(mod)
    return [
        _Group(side, frozenset(families), {mod.id: _key(mod, asked) for mod in mods}, _profile(mods, weights, asked))
        for (side, families), mods in sorted(groups.items(), key=lambda item: item[1][0].id)
    ]


def _key(mod: Mod, asked: Asked) -> _Key:
    met = sum(1 << index for index, target in enumerate(asked.targets) if mod.id in target)
    return met, mod.level if asked.by_level else 0, mod.id if asked.apart else ""


def _profile(
    mods: Iterable[Mod], weights: Sequence[Mapping[str, float]], asked: Asked
) -> tuple[tuple[_Key, tuple[float, ...]], ...]:
    summed: dict[_Key, list[float]] = {}
    for mod in mods:
        of_key = summed.setdefault(_key(mod, asked), [0.0] * len(weights))
        for index, of_pool in enumerate(weights):
            of_key[index] += of_pool.get(mod.id, 0.0)
    return tuple((key, tuple(found)) for key, found in sorted(summed.items()))


def _pool_weights(game: Game, rollable: Mapping[str, float], pool: PoolKey) -> dict[str, float]:
    """Return the weights of a pool's modifiers.

    The floor is soft: a type all of whose tiers are below it keeps its best one.
    """
    tiers: dict[str, list[Mod]] = defaultdict(list)
    for id in rollable:
        mod = game.mods[id]
        if mod.kind in pool.kinds and (pool.faction is None or mod.faction == pool.faction):
            tiers[mod.type].append(mod)
    found: dict[str, float] = {}
    for mods in tiers.values():
        least = min(pool.floor, max(mod.level for mod in mods))
        found |= {mod.id: rollable[mod.id] for mod in mods if mod.level >= least}
    return found
