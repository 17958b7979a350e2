"""The authority of a person who acts on others."""

from uuid import UUID

from msgspec import Struct


class Actor(Struct, frozen=True):
    """A person who acts on a server; `rank` is one of rules.ranks."""

    id: UUID
    server_id: UUID
    rank: int
