"""Short addresses of builds: how they are made, and what a path may say instead."""

import secrets
from uuid import UUID

from guildhall.packs.poe2.builds.errors import BuildNotFound, VersionNotFound
from guildhall.packs.poe2.ids import BuildId, ShortId

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
"""Letters and digits without those that look like another."""
LENGTH = 17
"""58 to the power of 17 is 2 to the power of 99.6: an address that nobody was given is not found by trying."""

_LETTERS = frozenset(ALPHABET)


def new_short_id() -> ShortId:
    """Make a random one."""
    return ShortId("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))


def is_short_id(text: str) -> bool:
    """Return whether a text could be one."""
    return len(text) == LENGTH and _LETTERS.issuperset(text)


def parse_short_id(text: str) -> ShortId:
    """Return the short id that a path says. Raises BuildNotFound for what is none."""
    if not is_short_id(text):
        raise BuildNotFound
    return ShortId(text)


class Named:
    """A build as a path names it: by its short id, or by its id."""

    __slots__ = ("id", "short_id")

    def __init__(self, text: str) -> None:
        """Raises BuildNotFound for a text that is neither."""
        self.id: BuildId | None = None
        self.short_id: ShortId | None = None
        if is_short_id(text):
            self.short_id = ShortId(text)
            return
        try:
            self.id = BuildId(UUID(text))
        except ValueError as error:
            raise BuildNotFound from error


def parse_side(text: str) -> tuple[Named, int | None]:
    """Return the build that a side of a comparison names, and its version if it names one: `7Hq3…@2`.

    Raises BuildNotFound, VersionNotFound.
    """
    name, at, number = text.partition("@")
    if not at:
        return Named(name), None
    if not number.isascii() or not number.isdecimal() or len(number) > 10 or not 1 <= int(number) < 2**31:
        raise VersionNotFound(number=number[:12])
    return Named(name), int(number)
