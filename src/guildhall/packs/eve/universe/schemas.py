"""Names and types of the game."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from guildhall.packs.eve.upstream.schemas import Id

NamedId = Annotated[int, Meta(ge=1, le=2**53)]


class NamesWanted(Struct, frozen=True):
    """Ids of things that have names: characters, corporations, systems, stations, types. At most 1,000."""

    ids: Annotated[list[NamedId], Meta(min_length=1, max_length=1000)]


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


class Labelled(Struct, frozen=True):
    """The name of an id."""

    id: int
    name: str


class GivenType(Struct, frozen=True):
    """/universe/types/{type_id}."""

    type_id: Id
    name: str
    group_id: Id
    published: bool
    description: str = ""
    volume: float | None = None
    icon_id: Id | None = None
    market_group_id: Id | None = None


class GivenName(Struct, frozen=True):
    """A line of /universe/names."""

    id: Id
    name: str
    category: str
