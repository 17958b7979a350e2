"""A clock that was ahead."""

from msgspec import Struct


class Mended(Struct, frozen=True):
    """How many messages got other ids, and by how many seconds the order was ahead."""

    messages: int
    seconds: float
