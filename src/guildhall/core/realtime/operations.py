"""Operations of a connection: the protocol's own, and those of slices."""

from collections.abc import Awaitable, Sequence
from datetime import datetime
from typing import Annotated, Any, Protocol, Union
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from guildhall.core.identity.principals.schemas import Principal
from guildhall.ids import UserId

Ref = Annotated[int, Meta(ge=0, le=2**53)] | Annotated[str, Meta(min_length=1, max_length=64)]
"""The client's own name for an operation; its answer carries it."""
Topic = Annotated[str, Meta(min_length=3, max_length=120, pattern=r"^[a-z0-9_.]+:[0-9a-fA-F-]{36}$")]


class Operation(Struct, frozen=True, kw_only=True, tag_field="op"):
    """A frame of a client. `ref` comes back with the answer."""

    ref: Ref | None = None


class Hello(Operation, frozen=True, tag="hello"):
    """Authenticate, or renew the access token."""

    token: Annotated[str, Meta(min_length=1, max_length=4096)]


class Subscribe(Operation, frozen=True, tag="subscribe"):
    """Follow a topic: from now on, or without a gap from behind the id that was seen last."""

    topic: Topic
    after: UUID | None = None


class Unsubscribe(Operation, frozen=True, tag="unsubscribe"):
    """Follow a topic no more."""

    topic: Topic


class Typing(Operation, frozen=True, tag="typing"):
    """Show the others on a topic that one is typing."""

    topic: Topic


class Ping(Operation, frozen=True, tag="ping"):
    """Ask for a sign of life; the answer tells the time. WebSocket's own pings are answered too."""


class Asker(Protocol):
    """The connection that asks, as a handler of operations sees it."""

    principal: Principal
    user_id: UserId
    known: dict[str, Any] | None
    """Values that a slice keeps for the connection, by a key of its own."""

    def acknowledge(self, ref: int | str | None, identifier: UUID, at: datetime) -> None:
        """Acknowledge a durable write."""

    def refuse(self, ref: int | str | None, error: Exception) -> None:
        """Report the error of an operation."""

    def began_write(self) -> None:
        """A write is under way: the connection is not closed in good order before `ended_write`."""

    def ended_write(self) -> None:
        """Note that a write is over."""


class Operations(Protocol):
    """A slice's operations; the class is one of what the slice `provides`, made once a process."""

    kinds: Sequence[type[Operation]]
    """The structs; their tags begin with the slice's name."""

    def handle(self, asker: Asker, operation: Any) -> Awaitable[None] | None:
        """Run an operation. A short one is done before None is returned, and its outcome reported to the asker later.

        An awaitable keeps the connection's next operations waiting. Raises GuildhallError.
        """


def decoder(kinds: Sequence[type[Operation]]) -> "msgspec.json.Decoder[Operation]":
    """Reads one frame as one of the operations."""
    union: Any = Union[(Hello, Subscribe, Unsubscribe, Typing, Ping, *kinds)]
    return msgspec.json.Decoder(union)


class OperationHandlers(Struct, frozen=True):
    """The operations of every slice that is on."""

    made: Sequence[Operations]
