"""Mentions, as they are read."""

from datetime import datetime

from msgspec import Struct

from guildhall.ids import UserId
from guildhall.packs.realm.ids import ChannelId, MessageId


class MentionRow(Struct, frozen=True):
    """A row of queries.mentions.mentions_for."""

    message_id: MessageId
    channel_id: ChannelId


class Mentioned(Struct, frozen=True):
    """A message that mentions people, for their notifications."""

    id: MessageId
    channel_id: ChannelId
    user_id: UserId
    username: str
    content: str
    created_at: datetime
    mentions: list[UserId]


class MentionTold(Struct, frozen=True):
    """The notification of a mention: its place, and its author."""

    message_id: MessageId
    channel_id: ChannelId
    user_id: UserId
    username: str
