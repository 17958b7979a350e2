"""Single changes of an item with their probabilities: a modifier added, removed, locked or revealed."""

from collections.abc import Collection, Sequence

from guildhall.packs.poe2.crafting.rules.pool import (
    DESECRATED,
    FRACTURED,
    RARITY_BITS,
    UNREVEALED,
    Draw,
    Entry,
    Pool,
    State,
)

NORMAL, MAGIC, RARE = 0, 1, 2
BOTH = (0, 1)
_NOTHING = 1e-12
"""The part of a weight below which it is what rounding left of 0."""

Slots = Sequence[tuple[int, int]]
"""The most prefixes and suffixes by rarity."""
Outcomes = list[tuple[State, float]]
"""The states that an item may come to. Probabilities sum to 1; it is empty when nothing can be done."""


def rarity_of(state: State) -> int:
    """Return the rarity of an item."""
    return state & (1 << RARITY_BITS) - 1


def with_rarity(state: State, rarity: int) -> State:
    """Return an item of another rarity."""
    return state - rarity_of(state) + rarity


def open_sides(pool: Pool, state: State, slots: Slots) -> tuple[int, ...]:
    """Return the sides with a free slot."""
    used = [0, 0]
    for number in pool.contents(state):
        used[pool.tokens[number].side] += 1
    most = slots[rarity_of(state)]
    return tuple(side for side in BOTH if used[side] < most[side])


def count(pool: Pool, state: State, marks: int) -> int:
    """Return how many modifiers have any of the marks."""
    return sum(1 for number in pool.contents(state) if pool.tokens[number].marks & marks)


def removable(pool: Pool, state: State, sides: Collection[int] = BOTH) -> list[int]:
    """Return the modifiers that can be removed, with repetitions."""
    tokens = pool.tokens
    return [one for one in pool.contents(state) if not tokens[one].marks & FRACTURED and tokens[one].side in sides]


def add(pool: Pool, state: State, draw: Draw, base: State) -> Outcomes:
    """Add a modifier that is drawn for an item to `base`: the item, or what of it still matters."""
    weights, total = _rest(pool, state, draw)
    return [(base + unit, weight / total) for unit, weight in weights.items()]


def weight_left(pool: Pool, state: State, draw: Draw) -> float:
    """Return the weight of all that can still be drawn."""
    return _rest(pool, state, draw)[1]


def _rest(pool: Pool, state: State, draw: Draw) -> tuple[dict[int, float], float]:
    """Return what is left of a draw for an item, and the sum: nothing of the families that the item has."""
    taken = _taken(pool, state)
    gone = [(part, number) for part, number in taken.items() if part in draw.parts]
    if not gone:
        return draw.weights, draw.total
    weights = draw.weights.copy()
    for part, number in gone:
        size, units = draw.parts[part]
        for unit, weight in units:
            left = weights.get(unit, 0.0) - min(size, number) * weight
            if left > _NOTHING * weight:
                weights[unit] = left
            else:
                weights.pop(unit, None)
    return weights, sum(weights.values())


def _taken(pool: Pool, state: State) -> dict[int, int]:
    """Return the number of families of each part that an item has; many of a part that it excludes."""
    taken: dict[int, int] = {}
    for number in pool.contents(state):
        part = pool.tokens[number].part
        taken[part] = taken.get(part, 0) + 1
    for part in taken.keys() & pool.conflicts.keys():
        for other in pool.conflicts[part]:
            taken[other] = _MANY
    return taken


_MANY = 99


def _left(pool: Pool, state: State, entries: Sequence[Entry]) -> list[tuple[tuple[tuple[int, float], ...], int]]:
    """Return what is left of a pool: the tokens of each part, and the families of it that the item does not have."""
    taken = _taken(pool, state)
    return [(tokens, left) for part, size, tokens in entries if (left := size - taken.get(part, 0)) > 0]


def fits(pool: Pool, state: State, token: int, slots: Slots) -> bool:
    """Return whether a modifier can be put on an item by name."""
    kind = pool.tokens[token]
    return kind.side in open_sides(pool, state, slots) and kind.part not in _taken(pool, state)


def put(pool: Pool, state: State, token: int, marks: int = 0) -> State:
    """Put a modifier on an item by name."""
    return state + pool.unit(pool.marked(token, marks))


def remove(pool: Pool, state: State, chosen: Sequence[int]) -> Outcomes:
    """Remove one of the modifiers given, each as likely as the others."""
    found: dict[State, float] = {}
    for token in chosen:
        after = state - pool.unit(token)
        found[after] = found.get(after, 0.0) + 1 / len(chosen)
    return list(found.items())


def lowest(pool: Pool, chosen: Sequence[int]) -> list[int]:
    """Return those of the lowest level."""
    least = min((pool.tokens[one].level for one in chosen), default=0)
    return [one for one in chosen if pool.tokens[one].level == least]


def desecrated(pool: Pool, chosen: Sequence[int]) -> list[int]:
    """Return those that are desecrated."""
    return [one for one in chosen if pool.tokens[one].marks & DESECRATED]


def fracture(pool: Pool, state: State) -> Outcomes:
    """Lock one of the modifiers, each as likely as the others."""
    found: dict[State, float] = {}
    numbers = pool.contents(state)
    for token in numbers:
        after = put(pool, state - pool.unit(token), token, FRACTURED)
        found[after] = found.get(after, 0.0) + 1 / len(numbers)
    return list(found.items())


_Best = tuple[int, int]
"""A token, and the number of wanted targets that it meets."""


def reveal(pool: Pool, state: State, wanted: int, options: int, again: bool) -> Outcomes:
    """Reveal the hidden modifier: the best of some options, or with `again` of as many others if none is wanted.

    `wanted` has a bit for each target that is wanted. The options are of different families. Of several equally good
    ones the first is taken.
    """
    hidden = next(one for one in pool.contents(state) if pool.tokens[one].marks & UNREVEALED)
    bare = state - pool.unit(hidden)
    token = pool.tokens[hidden]
    present = 0
    for number in pool.contents(bare):
        present |= pool.tokens[number].met
    parts = _left(pool, bare, pool.entries[token.pool][token.side])
    chances = _best_of(pool, parts, wanted & ~present, options)
    if again:
        missing = sum(chance for (_, score), chance in chances.items() if score == 0)
        second = chances
        chances = {key: chance for key, chance in chances.items() if key[1] > 0}
        for key, chance in second.items():
            chances[key] = chances.get(key, 0.0) + missing * chance
    return [(put(pool, bare, one, DESECRATED), chance) for (one, _), chance in chances.items()]


def _best_of(
    pool: Pool, parts: list[tuple[tuple[tuple[int, float], ...], int]], wanted: int, options: int
) -> "dict[_Best, float]":
    """Return the chances of the best of some options, by token and the number of wanted targets that it meets."""
    sums = [sum(weight for _, weight in entry) for entry, _ in parts]
    scores = {token: (pool.tokens[token].met & wanted).bit_count() for entry, _ in parts for token, _ in entry}
    wins = [
        (index, token, weight) for index, (entry, _) in enumerate(parts) for token, weight in entry if scores[token] > 0
    ]
    found: dict[_Best, float] = {}

    def draw(more: int, lefts: list[int], total: float, best: _Best | None, chance: float) -> None:
        if best is not None and (more == 0 or not any(lefts)):
            found[best] = found.get(best, 0.0) + chance
            return
        if best is not None and more == 1:
            for index, token, weight in wins:
                if lefts[index] > 0 and scores[token] > best[1]:
                    won = chance * lefts[index] * weight / total
                    found[token, scores[token]] = found.get((token, scores[token]), 0.0) + won
            lost = sum(
                lefts[index] * weight for index, token, weight in wins if scores[token] > best[1] and lefts[index] > 0
            )
            found[best] = found.get(best, 0.0) + chance * (1 - lost / total)
            return
        for index, (entry, _) in enumerate(parts):
            if lefts[index] <= 0:
                continue
            rest = lefts.copy()
            rest[index] -= 1
            by_best: dict[_Best, float] = {}
            for token, weight in entry:
                one = token, scores[token]
                better = one if best is None or one[1] > best[1] else best
                by_best[better] = by_best.get(better, 0.0) + weight
            for better, weight in by_best.items():
                draw(more - 1, rest, total - sums[index], better, chance * lefts[index] * weight / total)

    lefts = [left for _, left in parts]
    draw(options, lefts, sum(left * each for left, each in zip(lefts, sums, strict=True)), None, 1.0)
    return found
