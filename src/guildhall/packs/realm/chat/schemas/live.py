"""Messages as live readers get them."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct


class LiveMessage(Struct, frozen=True):
    """A message as an event's `data`."""

    id: UUID
    type: str
    user_id: UUID
    username: str | None
    server_id: UUID
    channel_id: UUID | None
    content: str
    metadata: Any
    reply_to: UUID | None
    mentions: list[UUID] | None
    created_at: datetime


_encode = msgspec.json.Encoder().encode
_ID, _CONTENT, _AT = UUID(int=0), "\x00", datetime(1, 1, 1, tzinfo=UTC)
"""Placeholders: an id that nobody has, a text that nobody may say, a time before everything."""


class EventText:
    """Makes the `data` of the events of one sender's plain messages in one channel: no reply, mentions or metadata.

    All but id, text and time is encoded once.
    """

    __slots__ = ("_after_content", "_after_id", "_before_id", "_end")

    def __init__(self, message_type: str, user_id: UUID, username: str, server_id: UUID, channel_id: UUID) -> None:
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
