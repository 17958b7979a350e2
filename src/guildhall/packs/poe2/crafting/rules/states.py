"""States of an item: a token for each modifier, and the rarity."""

from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

from msgspec import Struct

FRACTURED, CRAFTED, DESECRATED, UNREVEALED = 1, 2, 4, 8
"""Marks of a token."""
HIDDEN, FILLER = -1, -2
"""The parts of tokens that are not revealed, and of those of which only the side matters."""
MANY = 99
"""More families than any part has on an item."""


class Token(NamedTuple):
    """A modifier on an item. `met` has a bit for each target that it meets, `level` is 0 where levels do not matter."""

    part: int
    side: int
    met: int
    level: int
    marks: int
    mod: str
    pool: int
    """The pool of a modifier that is not revealed."""


State = int
"""An item: its rarity in the lowest bits, and above them the number of each token."""
RARITY_BITS, TOKEN_BITS = 2, 3


def unit(number: int) -> State:
    """Return what a token adds to a state."""
    return 1 << (RARITY_BITS + TOKEN_BITS * number)


def bits(number: int) -> State:
    """Return the bits of a state that count a token."""
    return unit(number) * ((1 << TOKEN_BITS) - 1)


def numbers_in(state: State) -> Iterable[int]:
    """Return the numbers of the tokens in a state, with repetitions."""
    tokens = state >> RARITY_BITS
    while tokens:
        number = ((tokens & -tokens).bit_length() - 1) // TOKEN_BITS
        yield number
        tokens -= 1 << (TOKEN_BITS * number)


Found = TypeVar("Found")


class Remembered(dict[State, Found], Generic[Found]):
    """Results of a function for states, each calculated once: `remembered[state]`."""

    def __init__(self, function: Callable[[State], Found]) -> None:
        super().__init__()
        self._function = function

    def __missing__(self, state: State) -> Found:
        found = self[state] = self._function(state)
        return found


class Half(NamedTuple):
    """All that one side of an item tells.

    `taken` are its families by part, many of a part that it excludes. `loose` are the modifiers that can be removed,
    as what each adds to a state, with their numbers.
    """

    numbers: tuple[int, ...]
    met: int
    taken: dict[int, int]
    loose: list[tuple[State, int]]
    filling: State
    """The change of the state when only the side of its modifiers matters any more."""


class Forgets(Struct, frozen=True):
    """The parts of an item that do not matter any more from a step on.

    On `sides` nothing is added later. If nothing is removed or revealed either, that is so of every side that is
    `full`: it has the number of modifiers given here.
    """

    sides: tuple[int, ...] = ()
    full: tuple[int, ...] | None = None

    def side(self, side: int, used: int) -> bool:
        """Return whether only the side of its modifiers matters, of a side with so many of them."""
        return side in self.sides or (self.full is not None and used >= self.full[side])


FORGETS_NOTHING = Forgets()
