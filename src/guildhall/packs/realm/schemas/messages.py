"""Messages as they are read, and what is asked of them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct, structs

from guildhall.packs.realm.schemas.access import MessageType
from guildhall.text import TEXT

Text = Annotated[str, Meta(max_length=20_000, examples=["LF healer for the keep"])]
"""What is said, before the rule for texts has looked at it."""
Reason = Annotated[str, Meta(min_length=1, max_length=300, pattern=TEXT, examples=["Spam"])]


class MessageRow(Struct, frozen=True):
    """A message as it stands in the table. `username` is None for a sender without a character."""

    id: UUID
    type: MessageType
    user_id: UUID
    username: str | None
    server_id: UUID
    channel_id: UUID | None
    content: str
    metadata: Any
    reply_to: UUID | None
    mentions: list[UUID] | None
    created_at: datetime
    updated_at: datetime
    edited_at: datetime | None
    is_deleted: bool
    deletion_reason: str | None


class Message(MessageRow, frozen=True):
    """A message as somebody sees it, with how often each reaction was given.

    A deleted one keeps its place with an empty text; who moderates the channel sees what it was and why it went.
    """

    reactions: dict[str, int] = {}

    @classmethod
    def of(cls, row: MessageRow, full: bool, reactions: dict[str, int]) -> "Message":
        """What a row is shown as; `full` to moderators."""
        if row.is_deleted and not full:
            row = structs.replace(row, content="", metadata=None, mentions=None, deletion_reason=None)
        return cls(**structs.asdict(row), reactions=reactions)


class LiveLog(Struct, frozen=True):
    """The newest public messages of a server, newest first."""

    server_id: UUID
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
    """What a message is to say."""

    content: Text


class MessageHead(Struct, frozen=True):
    """What is locked of a message that is changed. The columns of queries.message_changes.message_to_change."""

    id: UUID
    type: MessageType
    user_id: UUID
    server_id: UUID
    channel_id: UUID | None
    content: str
    created_at: datetime
    edited_at: datetime | None
    is_deleted: bool


class Edited(Struct, frozen=True):
    """What is told of an edit."""

    id: UUID
    channel_id: UUID
    content: str
    edited_at: datetime
    mentions: list[UUID] | None = None


class Deleted(Struct, frozen=True):
    """What is told of a deletion; why is for moderators."""

    id: UUID
    channel_id: UUID | None
    by_moderator: bool


class Reaction(Struct, frozen=True):
    """How often a reaction was given to a message, and whether by the viewer."""

    reaction: str
    count: int
    mine: bool


class ReactionTold(Struct, frozen=True):
    """What is told of a reaction that came or went; `count` is how often it is there now."""

    message_id: UUID
    channel_id: UUID
    user_id: UUID
    reaction: str
    count: int


class ReactionCount(Struct, frozen=True):
    """A row of queries.reactions.reaction_counts."""

    message_id: UUID
    reaction: str
    count: int


class Pin(Struct, frozen=True):
    """A pinned message."""

    message: Message
    pinned_by: UUID | None
    pinned_at: datetime


class PinRow(Struct, frozen=True):
    """A row of queries.pins.pins_of."""

    message_id: UUID
    pinned_by: UUID | None
    pinned_at: datetime


class PinTold(Struct, frozen=True):
    """What is told of a pin that came or went."""

    message_id: UUID
    channel_id: UUID
    by: UUID


class ReadRequest(Struct, frozen=True):
    """Up to which message a channel was read; without one, up to the newest."""

    message_id: UUID | None = None


class ReadMark(Struct, frozen=True):
    """How far the viewer has read a channel; null where nothing was said yet."""

    channel_id: UUID
    last_read: UUID | None


class Unread(Struct, frozen=True):
    """What the viewer has not read of a channel, counted up to a limit: `more` says that there is more than that."""

    channel_id: UUID
    last_read: UUID
    unread: int
    mentions: int
    more: bool


class UnreadRow(Struct, frozen=True):
    """A row of queries.reads.unread_for."""

    channel_id: UUID
    last_read: UUID
    unread: int
    mentions: int


class FoundPart(Struct, frozen=True):
    """A piece of a text that was found; `hit` when it is what was looked for."""

    text: str
    hit: bool


class FoundRow(Struct, frozen=True):
    """A message that was found, its text with marks around what was looked for."""

    id: UUID
    marked: str


class Found(Struct, frozen=True):
    """A message that was found. The texts of `parts`, put together, are its content: plain text, not HTML."""

    message: Message
    parts: list[FoundPart]


class FoundPage(Struct, frozen=True):
    """What was found, newest first. `next` is the id to pass as `before`, or null at the end."""

    found: list[Found]
    next: UUID | None = None
