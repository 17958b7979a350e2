"""Direct messages, between two."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct, structs

from guildhall.ids import UserId
from guildhall.packs.realm.access.schemas.names import ClientKey
from guildhall.packs.realm.chat.schemas.messages import Text
from guildhall.packs.realm.ids import DirectMessageId, ServerId


class DirectMessage(Struct, frozen=True):
    """A message from one to another. A deleted one keeps its place with an empty text."""

    id: DirectMessageId
    from_user_id: UserId
    to_user_id: UserId
    content: str
    is_read: bool
    read_at: datetime | None
    is_deleted: bool
    created_at: datetime

    def shown(self) -> "DirectMessage":
        """Return the message as both people see it."""
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

    other_id: UserId
    username: str
    unread: int
    id: DirectMessageId
    from_user_id: UserId
    to_user_id: UserId
    content: str
    is_read: bool
    read_at: datetime | None
    is_deleted: bool
    created_at: datetime


class Conversation(Struct, frozen=True):
    """A conversation with a person: the latest message, and the number of their unread ones, counted up to a limit."""

    user_id: UserId
    username: str
    unread: int
    last: DirectMessage


class UnreadDirect(Struct, frozen=True):
    """The numbers of the viewer's unread direct messages and of their senders, counted up to a limit."""

    messages: int
    people: int
    more: bool


class DirectReadRequest(Struct, frozen=True):
    """The message up to which a conversation was read; without one, all of it."""

    up_to: UUID | None = None


class DirectRead(Struct, frozen=True):
    """The result of marking messages as read; the sender is notified of it. `up_to` is null if none was marked."""

    by: UserId
    messages: int
    up_to: UUID | None
    read_at: datetime


class DirectDeleted(Struct, frozen=True):
    """The deletion of a direct message, as both people are notified of it."""

    id: DirectMessageId
    from_user_id: UserId
    to_user_id: UserId


class Recipient(Struct, frozen=True):
    """The recipient of a message. The columns of queries.direct.recipient."""

    id: UserId
    server_id: ServerId
    is_active: bool
    blocked: bool
    """The sender blocks them."""
    blocks: bool
    """True if they block the sender."""


class Blocked(Struct, frozen=True):
    """A person whom the viewer has blocked."""

    user_id: UserId
    username: str
    created_at: datetime


class DirectTold(Struct, frozen=True):
    """A direct message for its notification. The columns of queries.direct.direct_to_tell."""

    id: DirectMessageId
    from_user_id: UserId
    to_user_id: UserId
    username: str
    content: str
    created_at: datetime
