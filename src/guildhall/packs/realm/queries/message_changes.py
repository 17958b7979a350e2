"""What changes a message after it was written. Whoever changes one locks it first."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.messages import MessageHead

message_to_change = Query(
    MessageHead,
    """
    select id, type, user_id, server_id, channel_id, content, created_at, edited_at, is_deleted
    from realm.messages where id = $1 for update
    """,
    UUID,
    hot=True,
)
"""Stronger than an update needs, so that whoever indexes the message waits."""

message_to_mark = Query(
    MessageHead,
    """
    select id, type, user_id, server_id, channel_id, content, created_at, edited_at, is_deleted
    from realm.messages where id = $1 for no key update
    """,
    UUID,
    hot=True,
)
"""For who reacts to it or pins it."""

change_content = Query(
    list[UUID] | None,
    """
    update realm.messages m set content = $2, mentions = $3, edited_at = $4, updated_at = $4
    from (select id, mentions from realm.messages where id = $1) before
    where m.id = before.id
    returning before.mentions
    """,
    UUID,
    str,
    list[UUID] | None,
    datetime,
)
"""Gives whom the message mentioned before."""

index_again = Command(
    """
    insert into realm.message_words as w (id, server_id, channel_id, user_id, type, words)
    select m.id, m.server_id, m.channel_id, m.user_id, m.type,
           to_tsvector(realm.words_config(s.language), realm.words_text(m.content))
    from realm.messages m join realm.servers s on s.id = m.server_id
    where m.id = $1
    on conflict (id) do update set words = excluded.words
    """,
    UUID,
)
"""Also of one that was not indexed yet: the follower leaves what is there."""

mark_deleted = Command(
    "update realm.messages set is_deleted = true, deletion_reason = $2, updated_at = $3 where id = any($1)",
    list[UUID],
    str | None,
    datetime,
)

forget_words = Command("delete from realm.message_words where id = any($1)", list[UUID])

forget_pins = Command("delete from realm.pins where channel_id = $1 and message_id = any($2)", UUID, list[UUID])
