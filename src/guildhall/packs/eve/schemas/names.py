"""Names for notifications."""

from msgspec import Struct


class Labelled(Struct, frozen=True):
    """The name of an id."""

    id: int
    name: str
