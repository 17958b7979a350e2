"""Messages on their way into the table."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct

from guildhall.packs.realm.access.schemas.permissions import MessageType
from guildhall.packs.realm.chat.schemas.live import EventText


class Draft(Struct, kw_only=True):
    """A message that is to be written. Its sender's permission was checked, its content cleaned.

    `metadata` is JSON. `client_key` is the client's own name for it: of two drafts of one sender with the same key
    within a day only the first is written. `gap` is the slow mode that holds for the sender, in seconds. `public` says
    whether the message is part of the server's live log; `topics` are its topics and `event` encodes its event, if they
    are made already. `places` is how the array elements of type, user, server and channel are written, if they are at
    hand. A draft with an `event` has no metadata, reply or mentions.
    """

    user_id: UUID
    username: str = ""
    server_id: UUID
    channel_id: UUID | None
    type: MessageType
    content: str
    metadata: bytes | None = None
    client_key: str | None = None
    reply_to: UUID | None = None
    mentions: Sequence[UUID] = ()
    gap: int = 0
    public: bool = False
    topics: tuple[str, ...] = ()
    event: EventText | None = None
    places: tuple[str, str, str, str] | None = None
    flagged: tuple[str, ...] = ()
    """Words because of which it is reported."""


class Sent(Struct, frozen=True):
    """A message that is durable. `again` says that it was before: the draft was a retry."""

    id: UUID
    created_at: datetime
    again: bool = False


class AddedMessages(Struct, frozen=True):
    """The result of realm.add_messages. `tick` is None if nothing was added as permission was revoked meanwhile."""

    previous: int | None
    tick: int | None
    refused: list[int] | None
    earlier: list[UUID | None] | None
    wait: list[int] | None
    at: datetime | None
    """The time at which the messages count as sent: the tick's, or the clock's while ticks are ahead of it."""
