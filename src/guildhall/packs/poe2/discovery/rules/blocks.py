"""The blocks of a rank, in which a search for common words looks from the best on until its page is full.

A search for words that many builds have would find too many of them to sort. Each build's row therefore has, beside its
words, the blocks of its ranks: a search asks for its words in the best blocks alone, of as many builds as should have
enough that match, and widens if they have not. Words that few have are searched everywhere at once.
"""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

Rank = Literal["number", "likes", "rating", "trending"]
Position = tuple[int, int]
"""A score and a number: a search continues with rows that are less."""

TOP: Position = (2**62, 2**62)
_BOTTOM: Position = (-1, 0)
_LETTERS: dict[Rank, str] = {"number": "n", "likes": "l", "rating": "r", "trending": "t"}
_FEW = 1_500
"""Expected matches that are searched everywhere at once."""
_MARGIN = 1.5
_WIDER = 8
_MOST_LEXEMES = 150
_COARSE = 4
"""A group has 2^4 blocks; one of likes is a doubling."""
_FEW_FINE = 12
_NUMBERS = 9
"""A fine block of numbers has 2^9."""


class Census(Struct, frozen=True):
    """The number of builds in all and in each block of a rank, as a job last counted them; the latest number."""

    builds: int
    newest: int
    blocks: dict[str, dict[int, int]]


class Step(Struct, frozen=True):
    """One search: rows that have all lexemes of one of `any_of`; every row for None.

    It finds the rows from where the step before ended down to `floor`; `builds` is how many those are about.
    """

    any_of: list[str] | None
    within: str | None
    floor: Position
    builds: float

    @property
    def is_last(self) -> bool:
        """Return whether nothing is left below."""
        return self.floor == _BOTTOM


def likes_block(likes: int) -> int:
    """Return the block of a number of likes, as `poe2.likes_block` does."""
    if likes < 1024:
        return likes
    exponent = likes.bit_length() - 1
    return 1024 + (exponent - 10) * 32 + (likes >> (exponent - 5)) - 32


def lowest_likes(block: int) -> int:
    """Return the fewest likes of a block."""
    if block < 1024:
        return block
    doublings, part = divmod(block - 1024, 32)
    return (32 + part) << (5 + doublings)


def steps(rank: Rank, top: Position, share: float, rows: int, census: Census) -> Iterator[Step]:
    """Yield the searches for some rows of those that are less than a position, if a share of all matches.

    `top` has a score of the rank; the first page begins above the largest.
    """
    if share * census.builds <= max(_FEW, rows) or census.builds == 0:
        yield Step(None, None, _BOTTOM, census.builds)
        return
    want = _MARGIN * rows / share
    if rank == "number":
        yield from _of_numbers(top, want, census)
    else:
        yield from _of_scores(rank, top, want, census)


def _of_numbers(top: Position, want: float, census: Census) -> Iterator[Step]:
    high = top[0] - 1
    while high >= 0:
        low = _snapped(high, want)
        any_of = _cover("n", low >> _NUMBERS, high >> _NUMBERS)
        if low == 0 or any_of is None:
            yield Step(None, None, _BOTTOM, high + 1)
            return
        yield Step(any_of, None, (low, low), (high - low + 1) / (census.newest + 1) * census.builds)
        high, want = low - 1, want * _WIDER


def _of_scores(rank: Rank, top: Position, want: float, census: Census) -> Iterator[Step]:
    counted = census.blocks.get(rank, {})
    known = sorted(counted)
    block = likes_block(top[0]) if rank == "likes" else top[0]
    number = min(top[1], census.newest + 1)
    while block >= 0:
        builds = counted.get(block, 0)
        if builds * number / (census.newest + 1) > 2 * want and (rank != "likes" or block < 1024):
            # many builds of one score: those of the latest numbers first
            low = _snapped(number - 1, want * (census.newest + 1) / builds)
            numbers = _cover("n", low >> _NUMBERS, (number - 1) >> _NUMBERS)
            span = number - low
            done = low == 0 or numbers is None
            yield Step(None if done else numbers, f"={_LETTERS[rank]}1:{block}", (block, 0 if done else low),
                       builds * span / (census.newest + 1))  # fmt: skip
            block, number = (block - 1, census.newest + 1) if done else (block, low)
            searched = builds * span / (census.newest + 1)
        else:
            low_block, gathered = _gathered(block, want, counted, known)
            low_block = _aligned(_LETTERS[rank], low_block, block)
            any_of = _cover(_LETTERS[rank], low_block, block)
            if low_block == 0 or any_of is None:
                yield Step(None, None, _BOTTOM, gathered)
                return
            floor = lowest_likes(low_block) if rank == "likes" else low_block
            yield Step(any_of, None, (floor, 0), gathered)
            block, number = low_block - 1, census.newest + 1
            searched = gathered
        if searched * 2 > want:
            want *= _WIDER


def _gathered(block: int, want: float, counted: dict[int, int], known: list[int]) -> tuple[int, float]:
    """Return the lowest block that is searched with those from `block` down, and the builds of all of them."""
    low, total = block, float(counted.get(block, 0))
    place = bisect_left(known, block) - 1
    while total < want:
        if place < 0:
            return 0, total
        below = known[place]
        if counted[below] > 2 * want:
            return below + 1, total
        low, total, place = below, total + counted[below], place - 1
    return low, total


def _snapped(high: int, want: float) -> int:
    low = max(0, high - int(min(want, 2**40)))
    return low >> _NUMBERS << _NUMBERS


def _group(letter: str, block: int) -> tuple[int, int, int]:
    """Return the group of a block, and its first and last block: 16 each, or a doubling of likes."""
    if letter != "l":
        group = block >> _COARSE
        return group, group << _COARSE, (group << _COARSE) + (1 << _COARSE) - 1
    if block >= 1024:
        group = (block - 1024) // 32
        return 11 + group, 1024 + group * 32, 1024 + group * 32 + 31
    group = block.bit_length()
    return group, 1 << group >> 1, (1 << group) - 1


def _aligned(letter: str, low: int, high: int) -> int:
    """Return the low end of a range, or that of its group if many blocks of the group are in the range."""
    _, first, last = _group(letter, low)
    return first if min(last, high) - low >= _FEW_FINE else low


def _cover(letter: str, low: int, high: int) -> list[str] | None:
    """Return the lexemes of blocks from one to another, or some above; None if they would be many.

    A few sparse lexemes are much faster than many: whole groups where they fit, and above where they nearly do.
    """
    lexemes: list[str] = []
    while low <= high:
        group, first, last = _group(letter, low)
        if low == first and (last <= high or high - low >= _FEW_FINE):
            lexemes.append(f"={letter}2:{group}")
            low = last + 1
        else:
            lexemes.append(f"={letter}1:{low}")
            low += 1
        if len(lexemes) > _MOST_LEXEMES:
            return None
    return lexemes
