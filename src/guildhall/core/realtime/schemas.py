"""Live events, as rows and as slices declare them."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from msgspec import Struct

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pool import Transaction
from guildhall.ids import UserId


class LiveEvent(Struct, frozen=True):
    """A row of core.live_events."""

    id: UUID
    topic: str
    kind: str
    body: Any
    access: bool
    subject: UserId | None


class Happening(Struct, frozen=True):
    """An event of topics: `data` is its JSON, encoded once; `id` is the position from which readers continue.

    `frames` keeps its frames by topic: encoded for the first reader, the same bytes for all others.
    """

    id: UUID
    topics: tuple[str, ...]
    kind: str
    data: bytes
    frames: dict[str, bytes] = {}


class Sent(Struct, frozen=True):
    """A message that is durable. `again` says that it was before: the draft was a retry."""

    id: UUID
    created_at: datetime
    again: bool = False


class LiveSource(Protocol):
    """A table of a slice that takes part in the order of core.live_head: rows whose ids are made by core.live_id.

    The class is one of the slice's `services`, so that it is made once a process.
    """

    async def between(self, tx: Transaction, low: UUID, high: UUID, limit: int) -> list[Happening]:
        """Return the events with low <= id < high, in the order of ids."""

    async def of_topic(self, tx: Transaction, topic: str, after: UUID, below: UUID, limit: int) -> list[Happening]:
        """Return the events of one topic with after < id < below, in the order of ids."""


class TopicKind(Struct, frozen=True):
    """Topics of one kind: `name` and a UUID, written `name:uuid`.

    `may_follow` gets a transaction of the principal's, the principal and the UUID. It raises a GuildhallError for who
    may not follow. It returns None for who may see everything, or the id of an event: they get only what is after it,
    such as a member who is not to read what was said before they came. `presence` says
    whether followers see who else is there, and may say that they are typing.
    """

    name: str
    may_follow: Callable[[Transaction, Principal, UUID], Awaitable[UUID | None]]
    presence: bool = False
    sources: Sequence[type[Any]] = ()
    """The tables, as LiveSource classes, that have part in these topics beside core.live_events."""


class TopicKinds(Struct, frozen=True):
    """The kinds of topics of every slice that is on, by name."""

    by_name: Mapping[str, TopicKind]
