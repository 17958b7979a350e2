"""Bitmaps of builds: a bit for each number, in chunks. Conditions are found by them, and the best builds picked.

A map has an integer for each chunk; bit `b` of chunk `c` is the build of number `c * 8192 + b`.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from operator import and_, or_

from guildhall.packs.poe2.discovery.rules.blocks import TOP, Position, Rank
from guildhall.packs.poe2.discovery.rules.words import All, Any, Condition, Has, Not

SPAN = 13
"""A chunk has 2^13 numbers."""
SIZE = 1 << SPAN
_BYTES = SIZE // 8
_MASK = SIZE - 1
EVERY = ">all"
"""The term that every build has."""
_FIRST_BAND = 32
_GROWTH = 1.25
_AMONG = 8
"""Builds of a band that are looked at for each of one score that is wanted."""
_LOOKS = 32
"""Chunks from which a sample is taken."""
_STRIDES = 8
_GROUP = 16
_STRIDED = [
    sum(((1 << _GROUP) - 1) << start for start in range(0, SIZE, _GROUP << stride)) for stride in range(_STRIDES + 1)
]
"""Groups of 16 numbers: all, every second, every fourth, and so on."""

Map = list[int]
"""A map of builds, chunk by chunk."""


def encoded(bits: int) -> bytes:
    """Return a chunk of a map as it is stored: a bit for each number, or of few builds two bytes for each."""
    if bits.bit_count() * 2 >= _BYTES:
        return bits.to_bytes(_BYTES, "little")
    found = places(bits)
    return struct.pack(f"<{len(found)}H", *reversed(found))


def decoded(stored: bytes) -> int:
    """Return a stored chunk of a map."""
    if len(stored) == _BYTES:
        return int.from_bytes(stored, "little")
    return bits_of(struct.unpack(f"<{len(stored) // 2}H", stored))


def bits_of(offsets: Iterable[int]) -> int:
    """Return the chunk of a map with builds at offsets."""
    made = bytearray(_BYTES)
    for offset in offsets:
        made[offset >> 3] |= 1 << (offset & 7)
    return int.from_bytes(made, "little")


def map_of(numbers: Iterable[int], chunks: int) -> Map:
    """Return the map of builds of some numbers; numbers beyond the last chunk are left out."""
    offsets: dict[int, list[int]] = {}
    for number in numbers:
        offsets.setdefault(number >> SPAN, []).append(number & _MASK)
    return [bits_of(offsets[chunk]) if chunk in offsets else 0 for chunk in range(chunks)]


def places(bits: int) -> list[int]:
    """Return the places of the bits that are set, the highest first."""
    found = []
    while bits:
        place = bits.bit_length() - 1
        found.append(place)
        bits ^= 1 << place
    return found


def count(one: Map) -> int:
    """Return how many builds a map has."""
    return sum(map(int.bit_count, one))


def both(one: Map, other: Map) -> Map:
    """Return the builds of two maps."""
    return list(map(and_, one, other))


def either(one: Map, other: Map) -> Map:
    """Return the builds of one of two maps."""
    return list(map(or_, one, other))


def without(one: Map, other: Map) -> Map:
    """Return the builds of a map that another does not have."""
    return [bits & ~others if others else bits for bits, others in zip(one, other, strict=True)]


def below(one: Map, number: int) -> Map:
    """Return the builds of a map whose numbers are less than one."""
    chunk, place = max(number, 0) >> SPAN, max(number, 0) & _MASK
    if chunk >= len(one):
        return one
    return [*one[:chunk], one[chunk] & ((1 << place) - 1), *[0] * (len(one) - chunk - 1)]


def latest(one: Map, most: int) -> list[int]:
    """Return the highest numbers of a map, the highest first."""
    numbers: list[int] = []
    for chunk in range(len(one) - 1, -1, -1):
        bits = one[chunk]
        while bits and len(numbers) < most:
            place = bits.bit_length() - 1
            numbers.append((chunk << SPAN) + place)
            bits ^= 1 << place
    return numbers


def spread(one: Map, most: int) -> list[int]:
    """Return so many numbers of a map, from all of it alike; all of them, if they are no more."""
    total = count(one)
    if total <= most:
        return latest(one, most)
    numbers: list[int] = []
    taken, before = 0, 0
    for chunk, bits in enumerate(one):
        here = bits.bit_count()
        before += here
        # some chunks stand for those before them
        due = -(-before * _LOOKS // total) * most // _LOOKS - taken
        if due <= 0 or due > here:
            continue
        stride = min(_STRIDES, max(0, (here // (2 * due)).bit_length() - 1))
        chosen = places(bits & _STRIDED[stride] << _GROUP * (chunk * 5 % (1 << stride)))
        if len(chosen) < due:
            chosen = places(bits)
        numbers += [(chunk << SPAN) + chosen[place * len(chosen) // due] for place in range(due)]
        taken += due
    return numbers or latest(one, most)


def matching(condition: Condition, maps: Mapping[str, Map]) -> Map:
    """Return the builds for which a condition holds, by the maps of its terms."""
    match condition:
        case Has(term):
            return maps[term]
        case All(several):
            kept = [matching(one, maps) for one in several if not isinstance(one, Not)] or [maps[EVERY]]
            gone = [matching(one.of, maps) for one in several if isinstance(one, Not)]
            return reduce(without, gone, reduce(both, kept))
        case Any(several):
            return reduce(either, [matching(one, maps) for one in several])
        case Not(one):
            return without(maps[EVERY], matching(one, maps))


def rank_term(rank: Rank, score: int) -> str:
    """Return the term of builds that have so much of a rank."""
    return f">{rank}:{score}"


def rank_terms(terms: Iterable[str]) -> dict[Rank, list[int]]:
    """Return the scores of each rank that have terms, the lowest first."""
    found: dict[Rank, list[int]] = {"likes": [], "rating": [], "trending": []}
    for term in terms:
        for rank, scores in found.items():
            if term.startswith(f">{rank}:"):
                scores.append(int(term[len(rank) + 2 :]))
    return {rank: sorted(scores) for rank, scores in found.items()}


def bands(counted: Mapping[int, int]) -> list[int]:
    """Return scores that divide builds into bands, each some more than all above; scores of many are alone.

    `counted` has the builds of each score.
    """
    scores = sorted(counted, reverse=True)
    found: list[int] = []
    total, wanted = 0, float(_FIRST_BAND)
    for place, score in enumerate(scores):
        builds = counted[score]
        if total and builds > total * (_GROWTH - 1) and builds > _FIRST_BAND and found[-1:] != [scores[place - 1]]:
            found.append(scores[place - 1])
        total += builds
        if total >= wanted and score > 0:
            found.append(score)
            wanted = total * _GROWTH
    return sorted(set(found) - {0})


def reached(scores: Sequence[int], score: int) -> Sequence[int]:
    """Return the scores of a rank, the lowest first, that a build reaches."""
    return scores[: bisect_right(scores, score)]


class Picked:
    """Builds that may be the next of a search: all that match from `top` down to `floor`, and perhaps some more."""

    __slots__ = ("floor", "numbers")

    def __init__(self, numbers: list[int], floor: Position) -> None:
        self.numbers = numbers
        self.floor = floor


BOTTOM: Position = (-1, 0)


def pick_by_number(matches: Map, top: Position, most: int) -> Picked:
    """Pick the latest builds below a number."""
    left = below(matches, top[0])
    numbers = latest(left, most)
    return Picked(numbers, (numbers[-1], numbers[-1]) if len(numbers) == most else BOTTOM)


def pick_by_score(matches: Map, scores: Sequence[int], maps: Sequence[Map], top: Position, most: int) -> Picked:
    """Pick the best builds below a position. `maps` has those that reach each of the scores, the lowest first."""
    if top[1] <= 0:  # no number is less: the next builds have a lower score
        top = (top[0] - 1, TOP[1])
    if top[0] < 0:
        return Picked([], BOTTOM)
    above = bisect_right(scores, top[0])
    left = matches if above == len(scores) else without(matches, maps[above])
    low, high = -1, above - 1  # the highest score whose builds are enough is between: -1 is all
    while low < high:
        middle = (low + high + 1) // 2
        if _counts(left, maps[middle], most):
            low = middle
        else:
            high = middle - 1
    chosen = left if low < 0 else both(left, maps[low])
    least, upper = (0 if low < 0 else scores[low]), (scores[low + 1] - 1 if low + 1 < len(scores) else TOP[0])
    floor = BOTTOM if low < 0 else (least, 0)
    if min(upper, top[0]) > least or count(chosen) <= most * 2:
        return Picked(latest(chosen, SIZE * len(chosen)), floor)
    # many builds of one score: those of the latest numbers
    better = [] if low + 1 >= above else latest(both(left, maps[low + 1]), most)
    last = chosen if low + 1 >= above else without(chosen, maps[low + 1])
    if least == top[0]:
        last = below(last, top[1])
    wanted = most - len(better)
    if upper > least:  # among higher scores that are behind us already
        wanted *= _AMONG
    rest = latest(last, wanted)
    return Picked([*better, *rest], (least, rest[-1]) if len(rest) == wanted else floor)


def _counts(one: Map, other: Map, most: int) -> bool:
    found = 0
    for bits, others in zip(one, other, strict=True):
        if bits and others:
            found += (bits & others).bit_count()
            if found >= most:
                return True
    return False
