"""Random numbers that depend on a seed and a place alone."""

from hashlib import blake2b


class Draws:
    """Draws of one seed; the same on every machine and Python version."""

    def __init__(self, seed: int) -> None:
        self._key = str(seed).encode()[:64]

    def below(self, bound: int, *place: str) -> int:
        """Return a uniform number from 0 to `bound` - 1 for a place."""
        digest = blake2b("\0".join(place).encode(), digest_size=8, key=self._key).digest()
        return int.from_bytes(digest, "big") % bound


class Series:
    """The draws of one place, one after the other."""

    def __init__(self, draws: Draws, place: str) -> None:
        self._draws = draws
        self._place = place
        self._drawn = 0

    def below(self, bound: int) -> int:
        """Return the next uniform number from 0 to `bound` - 1."""
        self._drawn += 1
        return self._draws.below(bound, self._place, str(self._drawn))
