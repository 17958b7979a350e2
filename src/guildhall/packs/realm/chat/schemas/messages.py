"""Messages as they are read, and what is asked of them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct, structs

from guildhall.ids import UserId
from guildhall.packs.realm.access.schemas.permissions import MessageType
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId
from guildhall.text import TEXT

Text = Annotated[str, Meta(max_length=20_000, examples=["LF healer for the keep"])]
"""The text of a message, before the rule for texts is applied."""
Reason = Annotated[str, Meta(min_length=1, max_length=300, pattern=TEXT, examples=["Spam"])]


class MessageRow(Struct, frozen=True):
    """A message as it stands in the table. `username` is None for a sender without a character."""

    id: MessageId
    type: MessageType
    user_id: UserId
    username: str | None
    server_id: ServerId
    channel_id: ChannelId | None
    content: str
    metadata: Any
    reply_to: MessageId | None
    mentions: list[UserId] | None
    created_at: datetime
    updated_at: datetime
    edited_at: datetime | None
    is_deleted: bool
    deletion_reason: str | None


class Message(MessageRow, frozen=True):
    """A message as its reader sees it, with the count of each reaction.

    A deleted one keeps its place with an empty text; moderators of the channel see its text and the reason.
    """

    reactions: dict[str, int] = {}

    @classmethod
    def of(cls, row: MessageRow, full: bool, reactions: dict[str, int]) -> "Message":
        """Return the message that is shown for a row; `full` to moderators."""
        if row.is_deleted and not full:
            row = structs.replace(row, content="", metadata=None, mentions=None, deletion_reason=None)
        return cls(**structs.asdict(row), reactions=reactions)


class LiveLog(Struct, frozen=True):
    """The newest public messages of a server, newest first."""

    server_id: ServerId
    messages: list[Message]


class MessagePage(Struct, frozen=True):
    """A page of messages. `next` is the id to go on from in the same direction, or null at the end.

    A page of somebody's messages or of found ones may be short, even empty, while there is a `next`.
    """

    messages: list[Message]
    next: UUID | None = None


class MessageInContext(Struct, frozen=True):
    """A message, and those around it in its channel, the older ones first."""

    message: Message
    before: list[Message] = []
    after: list[Message] = []


class MessageChange(Struct, frozen=True):
    """The new text of a message."""

    content: Text


class MessageHead(Struct, frozen=True):
    """A locked message, to be changed. The columns of queries.message_changes.message_to_change."""

    id: MessageId
    type: MessageType
    user_id: UserId
    server_id: ServerId
    channel_id: ChannelId | None
    content: str
    created_at: datetime
    edited_at: datetime | None
    is_deleted: bool


class Edited(Struct, frozen=True):
    """The live event of an edit."""

    id: MessageId
    channel_id: ChannelId
    content: str
    edited_at: datetime
    mentions: list[UserId] | None = None


class Deleted(Struct, frozen=True):
    """The live event of a deletion; its reason is for moderators only."""

    id: MessageId
    channel_id: ChannelId | None
    by_moderator: bool


class Reaction(Struct, frozen=True):
    """The count of a reaction to a message, and whether the viewer is among them."""

    reaction: str
    count: int
    mine: bool


class ReactionTold(Struct, frozen=True):
    """The live event of a reaction that was added or removed; `count` is the present one."""

    message_id: MessageId
    channel_id: ChannelId
    user_id: UserId
    reaction: str
    count: int


class ReactionCount(Struct, frozen=True):
    """A row of queries.reactions.reaction_counts."""

    message_id: MessageId
    reaction: str
    count: int


class Pin(Struct, frozen=True):
    """A pinned message."""

    message: Message
    pinned_by: UserId | None
    pinned_at: datetime


class PinRow(Struct, frozen=True):
    """A row of queries.pins.pins_of."""

    message_id: MessageId
    pinned_by: UserId | None
    pinned_at: datetime


class PinTold(Struct, frozen=True):
    """The live event of a pin that was added or removed."""

    message_id: MessageId
    channel_id: ChannelId
    by: UserId


class ReadRequest(Struct, frozen=True):
    """The message up to which a channel was read; without one, the newest."""

    message_id: MessageId | None = None


class ReadMark(Struct, frozen=True):
    """The position up to which the viewer has read a channel; null if the channel has no messages."""

    channel_id: ChannelId
    last_read: MessageId | None


class Unread(Struct, frozen=True):
    """The viewer's unread messages of a channel, counted up to a limit; `more` is true above it."""

    channel_id: ChannelId
    last_read: MessageId
    unread: int
    mentions: int
    more: bool


class UnreadRow(Struct, frozen=True):
    """A row of queries.reads.unread_for."""

    channel_id: ChannelId
    last_read: MessageId
    unread: int
    mentions: int
