"""What live readers get."""

from datetime import datetime
from typing import Any
from uuid import UUID

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
