"""Public data of the game."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

Id = Annotated[int, Meta(ge=1, le=2**53)]


class NamesWanted(Struct, frozen=True):
    """Ids of things that have names: characters, corporations, systems, stations, types. At most 1,000."""

    ids: Annotated[list[Id], Meta(min_length=1, max_length=1000)]


class Name(Struct, frozen=True):
    """The name of an id, with its category."""

    id: int
    name: str
    category: str


class Names(Struct, frozen=True):
    """Names, by id. `missing` are ids that have none, or that could not be asked for just now.

    `as_of` is when the oldest of the names was confirmed with the game, `age` its age in seconds.
    """

    items: list[Name]
    missing: list[int]
    as_of: datetime | None
    age: int | None


class NameRow(Struct, frozen=True):
    """A name that is known."""

    id: int
    category: str
    name: str
    fetched_at: datetime


class TypeInfo(Struct, frozen=True):
    """An item type."""

    type_id: int
    name: str
    group_id: int
    description: str
    published: bool
    volume: float | None
    icon_id: int | None
    market_group_id: int | None
    as_of: datetime


class ServerStatus(Struct, frozen=True):
    """The game's server. `routes_down` are routes of ESI that are down.

    `online` is false while ESI says that there is no server, or in the daily downtime. It is null while nobody knows:
    ESI cannot be reached or fails otherwise, or has not been asked for ten minutes. `as_of` and `age` are those of the
    last answer.
    """

    online: bool | None
    players: int | None
    server_version: str | None
    start_time: datetime | None
    vip: bool
    routes_down: list[str]
    as_of: datetime | None
    age: int | None


class ServerStatusRow(Struct, frozen=True):
    """The game's server as it is stored."""

    online: bool | None
    players: int | None
    server_version: str | None
    start_time: datetime | None
    vip: bool
    routes_down: list[str]
    as_of: datetime | None
