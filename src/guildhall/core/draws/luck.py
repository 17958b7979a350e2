"""Numbers that follow from a seed, by a documented algorithm.

**Algorithm 1.** A seed has 32 bytes. Each question has a label, and with it numbers of its own: asking another
question, or asking in another order, changes no answer.

- Block n (from 0) of a label is HMAC-SHA256 with the seed as key, of the label in UTF-8, a zero byte, and n as 8 bytes,
  big-endian. The blocks of a label, one behind the other, are its bytes.
- A number below m (at most 2^64) takes 8 bytes, big-endian, as the word w. While w is not below the largest multiple of
  m that is at most 2^64, the next 8 bytes are taken. The number is w modulo m. So all numbers are equally likely.
- Some distinct things of a list: for each place from the first on, a number below the count of those from there on says
  which of them is swapped to it.
- An event of p in q happens if the number below q is below p.

Questions with one label take their bytes one after the other, so a label is asked once, or in a loop whose order is
fixed.
"""

import hmac
from collections.abc import Sequence
from typing import TypeVar

One = TypeVar("One")

ALGORITHM = 1
SEED_BYTES = 32
_WORD = 8
_WHOLE = 1 << (8 * _WORD)


class Luck:
    """Answers questions from a seed: the same ones for the same seed, on every machine, in every version."""

    def __init__(self, seed: bytes, algorithm: int = ALGORITHM) -> None:
        """Raises ValueError for an algorithm that this version does not know, or a seed of another length."""
        if algorithm != ALGORITHM:
            raise ValueError(f"algorithm {algorithm} of draws is not known: a later version of Guildhall made it")
        if len(seed) != SEED_BYTES:
            raise ValueError(f"a seed has {SEED_BYTES} bytes, not {len(seed)}")
        self.seed = seed
        self._streams: dict[str, _Stream] = {}

    def below(self, label: str, count: int) -> int:
        """Return a number from 0 on that is below `count`, which is 2^64 at most. Raises ValueError."""
        if not 1 <= count <= _WHOLE:
            raise ValueError(f"no number is drawn below {count}")
        stream = self._streams.get(label)
        if stream is None:
            stream = self._streams[label] = _Stream(self.seed, label)
        bound = _WHOLE - _WHOLE % count
        while (word := stream.word()) >= bound:
            pass
        return word % count

    def between(self, label: str, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included. Raises ValueError."""
        return low + self.below(label, high - low + 1)

    def happens(self, label: str, part: int, whole: int) -> bool:
        """Return whether an event happens that does so `part` times in `whole`. Raises ValueError."""
        if not 0 <= part <= whole:
            raise ValueError(f"nothing happens {part} times in {whole}")
        return self.below(label, whole) < part

    def distinct(self, label: str, things: Sequence[One], count: int) -> list[One]:
        """Return so many of some things, none twice, in the order in which they were drawn. Raises ValueError."""
        if not 0 <= count <= len(things):
            raise ValueError(f"of {len(things)} things, {count} are not drawn")
        left = list(things)
        for place in range(count):
            other = place + self.below(label, len(left) - place)
            left[place], left[other] = left[other], left[place]
        return left[:count]


class _Stream:
    """The words of one label."""

    __slots__ = ("_block", "_label", "_left", "_seed")

    def __init__(self, seed: bytes, label: str) -> None:
        self._seed = seed
        self._label = label.encode() + b"\0"
        self._block = 0
        self._left = b""

    def word(self) -> int:
        if not self._left:
            self._left = hmac.digest(self._seed, self._label + self._block.to_bytes(_WORD), "sha256")
            self._block += 1
        word, self._left = self._left[:_WORD], self._left[_WORD:]
        return int.from_bytes(word)
