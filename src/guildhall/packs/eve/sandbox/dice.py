"""Random-access random numbers: a draw depends on its key alone, so nothing needs a past."""

from hashlib import blake2b
from struct import Struct

_KEY = Struct("<4q").pack
_DRAWS = Struct("<32H").unpack
_MASK = (1 << 63) - 1


class Dice:
    """Draws of one seed; the same on every machine and Python version."""

    def __init__(self, seed: int) -> None:
        self._seed = seed & _MASK

    def roll(self, kind: int, a: int, b: int = 0) -> tuple[int, ...]:
        """32 independent uniform integers in 0..65535 for a key."""
        return _DRAWS(blake2b(_KEY(self._seed, kind, a, b), digest_size=64).digest())

    def number(self, kind: int, a: int, b: int = 0) -> int:
        """One uniform 63-bit integer for a key."""
        return int.from_bytes(blake2b(_KEY(self._seed, kind, a, b), digest_size=8).digest(), "little") & _MASK
