"""The authority of a person who acts on others."""

from msgspec import Struct

from guildhall.ids import UserId
from guildhall.packs.realm.ids import ServerId


class Actor(Struct, frozen=True):
    """A person who acts on a server; `rank` is one of rules.ranks."""

    id: UserId
    server_id: ServerId
    rank: int
