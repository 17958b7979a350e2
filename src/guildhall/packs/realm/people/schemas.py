"""People of a server, as they are asked for and shown."""

from datetime import datetime
from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType

from guildhall.ids import UserId
from guildhall.packs.realm.access.schemas.permissions import Badge, Experience, Level
from guildhall.packs.realm.ids import ServerId
from guildhall.text import TEXT, WITHOUT_NUL

Username = Annotated[str, Meta(min_length=2, max_length=32, pattern=WITHOUT_NUL, examples=["Thrall"])]
Avatar = Annotated[
    str,
    Meta(max_length=500, pattern=r"^https://[^\s\x00-\x1f\x7f]+$", examples=["https://cdn.example.org/thrall.png"]),
]


class MyCharacter(Struct, frozen=True):
    """The character that somebody wants to have, or to have changed."""

    username: Username
    server_id: ServerId
    avatar_url: Avatar | None = None


class Person(Struct, frozen=True):
    """A person's character. `message_count` follows the messages within a second."""

    id: UserId
    username: str
    avatar_url: str | None
    badge: Badge
    level: int
    experience: int
    server_id: ServerId
    message_count: int
    last_login: datetime | None
    is_active: bool
    created_at: datetime


class PersonRow(Struct, frozen=True):
    """A locked person, to be changed. The columns of queries.people.person_to_change."""

    id: UserId
    username: str
    server_id: ServerId
    badge: Badge
    level: int
    experience: int
    is_active: bool


class Ties(Struct, frozen=True):
    """The ties between a person and their server."""

    guild: bool
    party: bool
    raid: bool


class PersonCard(Struct, frozen=True):
    """One line of a server's people."""

    id: UserId
    username: str
    avatar_url: str | None
    badge: Badge
    level: int
    last_login: datetime | None


class UserStatistics(Struct, frozen=True):
    """A person's activity: messages ever sent, raids taken part in."""

    id: UserId
    username: str
    message_count: int
    raid_count: int
    level: int
    last_login: datetime | None


class PersonChange(Struct, frozen=True):
    """An administrator's change of a person; a field that is left out stays."""

    badge: Badge | UnsetType = UNSET
    level: Level | UnsetType = UNSET
    experience: Experience | UnsetType = UNSET
    is_active: bool | UnsetType = UNSET
    reason: Annotated[str, Meta(max_length=300, pattern=TEXT, examples=["Won the tournament"])] | None = None
