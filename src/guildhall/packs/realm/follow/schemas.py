"""A clock that was ahead."""

from msgspec import Struct


class Mended(Struct, frozen=True):
    """The number of messages that got new ids, and the seconds by which the order was ahead."""

    messages: int
    seconds: float
