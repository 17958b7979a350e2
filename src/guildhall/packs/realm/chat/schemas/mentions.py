"""Mentions, as they are read."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct


class MentionRow(Struct, frozen=True):
    """A row of queries.mentions.mentions_for."""

    message_id: UUID
    channel_id: UUID


class Mentioned(Struct, frozen=True):
    """A message that mentions people, for their notifications."""

    id: UUID
    channel_id: UUID
    user_id: UUID
    username: str
    content: str
    created_at: datetime
    mentions: list[UUID]


class MentionTold(Struct, frozen=True):
    """The notification of a mention: its place, and its author."""

    message_id: UUID
    channel_id: UUID
    user_id: UUID
    username: str
