"""Mentions of people in messages."""

from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.chat.schemas.mentions import Mentioned, MentionRow
from guildhall.packs.realm.ids import ChannelId, MessageId

COUNTS = """
    exists (
        select from realm.messages m
        where m.id = e.message_id and not m.is_deleted and e.user_id = any(m.mentions)
          and not exists (select from core.blocks b where b.user_id = e.user_id and b.blocked_id = m.user_id)
    )
"""
"""The condition under which a row of realm.mentions (e) is in its person's list and counts: the message exists, still
mentions them, and is not by a person whom they block. Every list and count of mentions has this condition."""


@rows(None, "select realm.add_mentions(:messages, :channels, :users)")
def add_mentions(messages: list[MessageId], channels: list[ChannelId], users: list[UserId]) -> None:
    """Messages, their channels, and whom they mention: three lists of one length. Twice is once."""


@rows(
    MentionRow,
    """
    select e.message_id, e.channel_id from realm.mentions e
    where e.user_id = :user and e.message_id < :before and """
    + COUNTS
    + """
    order by e.message_id desc
    limit :limit
    """,
    hot=True,
)
def mentions_for(user: UserId, before: UUID, limit: int) -> None:
    """Select the mentions that count: `COUNTS`."""


@rows(
    tuple[MessageId, UserId],
    "select message_id, user_id from realm.mentions where message_id = any(:messages) and user_id = any(:users)",
)
def mentions_known(messages: list[MessageId], users: list[UserId]) -> None:
    """Select the known pairs of message and person; for a role that sees all of them."""


@command(
    """
    delete from realm.mentions e using realm.messages m
    where e.message_id = m.id and m.id >= :low and m.id < :high and m.edited_at is not null
      and e.user_id <> all(coalesce(m.mentions, '{}'))
    """,
)
def forget_unmentioned(low: UUID, high: UUID) -> None:
    """Delete mentions that were edited out of the messages of a range; for a role that sees all of them."""


@rows(
    Mentioned,
    """
    select m.id, m.channel_id, m.user_id, u.username, m.content, m.created_at, m.mentions
    from realm.messages m join realm.users u on u.id = m.user_id
    where m.id >= :low and m.id < :high and m.mentions is not null and m.channel_id is not null and not m.is_deleted
    order by m.id
    """,
    hot=True,
    proven=("channel_id", "mentions"),
)
def mentioned_between(low: UUID, high: UUID) -> None:
    """The messages of a range of ids that mention anybody."""
