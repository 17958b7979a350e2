"""Changes of messages. A transaction that changes one locks it first."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.chat.schemas.messages import MessageHead
from guildhall.packs.realm.ids import ChannelId, MessageId


@rows(
    MessageHead,
    """
    select id, type, user_id, server_id, channel_id, content, created_at, edited_at, is_deleted
    from realm.messages where id = :id for update
    """,
    hot=True,
)
def message_to_change(id: MessageId) -> None:
    """Stronger than an update needs, so that whoever indexes the message waits."""


@rows(
    MessageHead,
    """
    select id, type, user_id, server_id, channel_id, content, created_at, edited_at, is_deleted
    from realm.messages where id = :id for no key update
    """,
    hot=True,
)
def message_to_mark(id: MessageId) -> None:
    """Lock a message for a reaction or a pin."""


@rows(
    list[UserId] | None,
    """
    update realm.messages m set content = :content, mentions = :mentions, edited_at = :now, updated_at = :now
    from (select id, mentions from realm.messages where id = :id) before
    where m.id = before.id
    returning before.mentions
    """,
)
def change_content(id: MessageId, content: str, mentions: list[UserId] | None, now: datetime) -> None:
    """Gives whom the message mentioned before."""


@command(
    """
    insert into realm.message_words as w (id, server_id, channel_id, user_id, type, words)
    select m.id, m.server_id, m.channel_id, m.user_id, m.type,
           to_tsvector(realm.words_config(s.language), realm.words_text(m.content))
    from realm.messages m join realm.servers s on s.id = m.server_id
    where m.id = :id
    on conflict (id) do update set words = excluded.words
    """,
)
def index_again(id: MessageId) -> None:
    """Also of one that was not indexed yet: the follower leaves what is there."""


@command(
    """
    update realm.messages set is_deleted = true, deletion_reason = :deletion_reason, updated_at = :now
    where id = any(:ids)
    """,
)
def mark_deleted(ids: list[MessageId], deletion_reason: str | None, now: datetime) -> None: ...


@command("delete from realm.message_words where id = any(:ids)")
def forget_words(ids: list[MessageId]) -> None: ...


@command("delete from realm.pins where channel_id = :channel and message_id = any(:messages)")
def forget_pins(channel: ChannelId, messages: list[MessageId]) -> None: ...
