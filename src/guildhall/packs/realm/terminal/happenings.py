"""Events of a live connection, for the application."""

from datetime import datetime
from uuid import UUID

from msgspec import Raw, Struct

from guildhall.packs.realm.terminal.errors import ChatError


class Connected(Struct, frozen=True):
    """The line is up; `again` when it was before."""

    address: str
    again: bool


class Disconnected(Struct, frozen=True):
    """The connection is down; the next attempt follows after some seconds."""

    why: str
    seconds: float


class Ended(Struct, frozen=True):
    """The connection is down for good."""

    error: ChatError


class Joined(Struct, frozen=True):
    """A topic is followed. `whole` is false when changes of old messages may have been missed."""

    topic: str
    present: list[UUID]
    present_count: int
    whole: bool


class Left(Struct, frozen=True):
    """A topic may not be followed, or not any more."""

    topic: str
    code: str
    detail: str


class Happened(Struct, frozen=True):
    """An event of a topic: `data` is JSON, and its type follows from `kind`."""

    topic: str
    id: UUID
    kind: str
    data: Raw


class Present(Struct, frozen=True):
    """A person has come to a topic (`here`) or left it (`gone`)."""

    topic: str
    user: UUID
    state: str


class Typed(Struct, frozen=True):
    """A person is typing."""

    topic: str
    user: UUID


class Acknowledged(Struct, frozen=True):
    """A message of ours is durable."""

    key: str
    id: UUID
    at: datetime


class NotSent(Struct, frozen=True):
    """A message of ours was refused; `retry_after` says in how many seconds it may be tried again."""

    key: str
    status: int
    code: str
    detail: str
    retry_after: float | None


Happening = Connected | Disconnected | Ended | Joined | Left | Happened | Present | Typed | Acknowledged | NotSent
