"""Random-access random numbers: a draw depends on its key alone, so nothing needs a past."""

from hashlib import blake2b
from struct import Struct

_KEY = Struct("<4q").pack
_DRAWS = Struct("<32H").unpack
_MASK = (1 << 63) - 1

FULL = 65_536
"""One more than the largest draw."""


class Dice:
    """Draws of one seed; the same on every machine and Python version."""

    def __init__(self, seed: int) -> None:
        self._seed = seed & _MASK

    def roll(self, kind: int, a: int, b: int = 0) -> tuple[int, ...]:
        """Return 32 independent uniform integers in 0..65535 for a key."""
        return _DRAWS(blake2b(_KEY(self._seed, kind, a, b), digest_size=64).digest())

    def number(self, kind: int, a: int, b: int = 0) -> int:
        """Return one uniform 63-bit integer for a key."""
        return int.from_bytes(blake2b(_KEY(self._seed, kind, a, b), digest_size=8).digest(), "little") & _MASK


def bell(a: int, b: int, c: int, d: int) -> float:
    """Return four draws as one standard score: mean 0, standard deviation 1, within 3.47 (Irwin-Hall of four)."""
    return ((a + b + c + d) / FULL - 2.0) * 1.7320508
