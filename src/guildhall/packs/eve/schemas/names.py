"""Names for notifications."""

from msgspec import Struct


class Labelled(Struct, frozen=True):
    """What something is called."""

    id: int
    name: str
