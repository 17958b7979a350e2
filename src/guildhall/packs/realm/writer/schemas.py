"""Messages on their way into the table."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from guildhall.ids import UserId
from guildhall.packs.realm.access.schemas.permissions import MessageType
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId


class LiveMessage(Struct, frozen=True):
    """A message as an event's `data`."""

    id: MessageId
    type: str
    user_id: UserId
    username: str | None
    server_id: ServerId
    channel_id: ChannelId | None
    content: str
    metadata: Any
    reply_to: MessageId | None
    mentions: list[UserId] | None
    created_at: datetime


_encode = msgspec.json.Encoder().encode
_ID, _CONTENT, _AT = MessageId(UUID(int=0)), "\x00", datetime(1, 1, 1, tzinfo=UTC)
"""Placeholders: an id that nobody has, a text that nobody may say, a time before everything."""


class EventText:
    """Makes the `data` of the events of one sender's plain messages in one channel: no reply, mentions or metadata.

    All but id, text and time is encoded once.
    """

    __slots__ = ("_after_content", "_after_id", "_before_id", "_end")

    def __init__(
        self, message_type: str, user_id: UserId, username: str, server_id: ServerId, channel_id: ChannelId
    ) -> None:
        whole = _encode(
            LiveMessage(
                _ID, message_type, user_id, username or None, server_id, channel_id, _CONTENT, None, None, None, _AT
            )
        )
        self._before_id, _, rest = whole.partition(_encode(_ID))
        # A name may look like the time, but it stands before the text, and the placeholders stand behind it.
        rest, _, self._end = rest.rpartition(_encode(_AT))
        self._after_id, _, self._after_content = rest.rpartition(_encode(_CONTENT))

    def data(self, identifier: UUID, content: str, at: bytes) -> bytes:
        """One event's data; `at` is its time as JSON."""
        return b'%b"%b"%b%b%b%b%b' % (
            self._before_id,
            str(identifier).encode(),
            self._after_id,
            _encode(content),
            self._after_content,
            at,
            self._end,
        )


class Draft(Struct, kw_only=True):
    """A message that is to be written. Its sender's permission was checked, its content cleaned.

    `metadata` is JSON. `client_key` is the client's own name for it: of two drafts of one sender with the same key
    within a day only the first is written. `gap` is the slow mode that holds for the sender, in seconds. `public` says
    whether the message is part of the server's live log; `topics` are its topics and `event` encodes its event, if they
    are made already. `places` is how the array elements of type, user, server and channel are written, if they are at
    hand. A draft with an `event` has no metadata, reply or mentions.
    """

    user_id: UserId
    username: str = ""
    server_id: ServerId
    channel_id: ChannelId | None
    type: MessageType
    content: str
    metadata: bytes | None = None
    client_key: str | None = None
    reply_to: MessageId | None = None
    mentions: Sequence[UserId] = ()
    gap: int = 0
    public: bool = False
    topics: tuple[str, ...] = ()
    event: EventText | None = None
    places: tuple[str, str, str, str] | None = None
    flagged: tuple[str, ...] = ()
    """Words because of which it is reported."""


class AddedMessages(Struct, frozen=True):
    """The result of realm.add_messages. `tick` is None if nothing was added as permission was revoked meanwhile."""

    previous: int | None
    tick: int | None
    refused: list[int] | None
    earlier: list[MessageId | None] | None
    wait: list[int] | None
    at: datetime | None
    """The time at which the messages count as sent: the tick's, or the clock's while ticks are ahead of it."""
