"""Direct messages, between two."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct, structs

from guildhall.packs.realm.schemas.messages import Text
from guildhall.packs.realm.schemas.names import ClientKey


class DirectMessage(Struct, frozen=True):
    """A message from one to another. A deleted one keeps its place with an empty text."""

    id: UUID
    from_user_id: UUID
    to_user_id: UUID
    content: str
    is_read: bool
    read_at: datetime | None
    is_deleted: bool
    created_at: datetime

    def shown(self) -> "DirectMessage":
        """As both see it."""
        return structs.replace(self, content="") if self.is_deleted else self


class DirectRequest(Struct, frozen=True):
    """A message to send. Sent again with the same `client_key`, it is not sent again."""

    content: Text
    client_key: ClientKey | None = None


class DirectSent(Struct, frozen=True):
    """A message that is durable. `again` says that it was before: this was a retry."""

    message: DirectMessage
    again: bool = False


class DirectPage(Struct, frozen=True):
    """A page of a conversation. `next` is the id to go on from in the same direction, or null at the end."""

    messages: list[DirectMessage]
    next: UUID | None = None


class ConversationRow(Struct, frozen=True):
    """A conversation of somebody's with its latest message. The columns of queries.direct.conversations_for."""

    other_id: UUID
    username: str
    unread: int
    id: UUID
    from_user_id: UUID
    to_user_id: UUID
    content: str
    is_read: bool
    read_at: datetime | None
    is_deleted: bool
    created_at: datetime


class Conversation(Struct, frozen=True):
    """Somebody with whom one speaks, the latest message, and how many of theirs are not read, counted up to a limit."""

    user_id: UUID
    username: str
    unread: int
    last: DirectMessage


class UnreadDirect(Struct, frozen=True):
    """How many direct messages, of how many people, the viewer has not read, counted up to a limit."""

    messages: int
    people: int
    more: bool


class DirectReadRequest(Struct, frozen=True):
    """Up to which message a conversation was read; without one, all of it."""

    up_to: UUID | None = None


class DirectRead(Struct, frozen=True):
    """What was marked as read; what the sender is told. `up_to` is null when nothing was."""

    by: UUID
    messages: int
    up_to: UUID | None
    read_at: datetime


class DirectDeleted(Struct, frozen=True):
    """What both are told of a deleted message."""

    id: UUID
    from_user_id: UUID
    to_user_id: UUID


class Recipient(Struct, frozen=True):
    """Who a message is for. The columns of queries.direct.recipient."""

    id: UUID
    server_id: UUID
    is_active: bool
    blocked: bool
    """The sender blocks them."""
    blocks: bool
    """They block the sender."""


class Blocked(Struct, frozen=True):
    """Somebody whose messages the viewer does not take."""

    user_id: UUID
    username: str
    created_at: datetime


class DirectTold(Struct, frozen=True):
    """A direct message for whom it is told to. The columns of queries.direct.direct_to_tell."""

    id: UUID
    from_user_id: UUID
    to_user_id: UUID
    username: str
    content: str
    created_at: datetime
