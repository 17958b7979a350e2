"""Single changes of an item with their probabilities: a modifier added, removed, locked or revealed."""

from collections.abc import Collection, Sequence

from guildhall.packs.poe2.crafting.rules.pool import Entry, Left, Pool
from guildhall.packs.poe2.crafting.rules.states import DESECRATED, FRACTURED, RARITY_BITS, UNREVEALED, State, unit

NORMAL, MAGIC, RARE = 0, 1, 2
BOTH = (0, 1)
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
    most = slots[rarity_of(state)]
    return tuple(side for side in BOTH if len(pool.half(state, side).numbers) < most[side])


def count(pool: Pool, state: State, marks: int) -> int:
    """Return how many modifiers have any of the marks."""
    return sum(1 for number in pool.contents(state) if pool.tokens[number].marks & marks)


def removable(pool: Pool, state: State, sides: Collection[int] = BOTH) -> list[int]:
    """Return the modifiers that can be removed, with repetitions."""
    tokens = pool.tokens
    return [one for one in pool.contents(state) if not tokens[one].marks & FRACTURED and tokens[one].side in sides]


def add(draws: Sequence[tuple[State, Left]]) -> Outcomes:
    """Add a modifier that is drawn: for each side what of the item it is added to, and what is left of the pool."""
    if len(draws) == 1:
        base, left = draws[0]
        total = left.total
        return [(base + added, weight / total) for added, weight in left.units]
    total = sum([left.total for _, left in draws])
    return [(base + added, weight / total) for base, left in draws for added, weight in left.units]


def _left(
    pool: Pool, state: State, side: int, entries: Sequence[Entry]
) -> list[tuple[tuple[tuple[int, float], ...], int]]:
    """Return what is left of a pool: the tokens of each part, and the families of it that the item does not have."""
    taken = pool.half(state, side).taken
    return [(tokens, left) for part, size, tokens in entries if (left := size - taken.get(part, 0)) > 0]


def fits(pool: Pool, state: State, token: int, slots: Slots) -> bool:
    """Return whether a modifier can be put on an item by name."""
    kind = pool.tokens[token]
    return kind.side in open_sides(pool, state, slots) and kind.part not in pool.half(state, kind.side).taken


def put(pool: Pool, state: State, token: int, marks: int = 0) -> State:
    """Put a modifier on an item by name."""
    return state + unit(pool.marked(token, marks))


def remove(state: State, chosen: Sequence[int]) -> Outcomes:
    """Remove one of the modifiers given, each as likely as the others."""
    found: dict[State, float] = {}
    for token in chosen:
        after = state - unit(token)
        found[after] = found.get(after, 0.0) + 1 / len(chosen)
    return list(found.items())


def remove_any(pool: Pool, state: State, sides: Collection[int] = BOTH) -> Outcomes:
    """Remove one of all modifiers that can be removed, each as likely as the others."""
    halves, views = pool.halves, pool.views
    loose = [one for side in sides for one in halves[side][state & views[side]].loose]
    total = sum([number for _, number in loose])
    return [(state - removed, number / total) for removed, number in loose]


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
        after = put(pool, state - unit(token), token, FRACTURED)
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
    bare = state - unit(hidden)
    token = pool.tokens[hidden]
    parts = _left(pool, bare, token.side, pool.entries[token.pool][token.side])
    chances = _best_of(pool, parts, wanted & ~pool.met(bare), options)
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
