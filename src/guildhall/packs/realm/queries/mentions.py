"""Who was spoken of."""

from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.mentions import Mentioned, MentionRow

COUNTS = """
    exists (
        select from realm.messages m
        where m.id = e.message_id and not m.is_deleted and e.user_id = any(m.mentions)
          and not exists (select from realm.blocks b where b.user_id = e.user_id and b.blocked_id = m.user_id)
    )
"""
"""Whether a row of realm.mentions (e) is in its person's list and counts: the message is there, still mentions them,
and is not by somebody whom they block. Every list and count of mentions asks this."""

add_mentions: Query[None] = Query(None, "select realm.add_mentions($1, $2, $3)", list[UUID], list[UUID], list[UUID])
"""Messages, their channels, and whom they mention: three lists of one length. Twice is once."""

mentions_for = Query(
    MentionRow,
    """
    select e.message_id, e.channel_id from realm.mentions e
    where e.user_id = $1 and e.message_id < $2 and """
    + COUNTS
    + """
    order by e.message_id desc
    limit $3
    """,
    UUID,
    UUID,
    int,
    hot=True,
)
"""Those that count: `COUNTS`."""

mentions_known = Query(
    tuple[UUID, UUID],
    "select message_id, user_id from realm.mentions where message_id = any($1) and user_id = any($2)",
    list[UUID],
    list[UUID],
)
"""Which of some messages and people are known to belong together; for a role that sees everybody's."""

forget_unmentioned = Command(
    """
    delete from realm.mentions e using realm.messages m
    where e.message_id = m.id and m.id >= $1 and m.id < $2 and m.edited_at is not null
      and e.user_id <> all(coalesce(m.mentions, '{}'))
    """,
    UUID,
    UUID,
)
"""What was edited out of the messages of a range; for a role that sees everybody's."""

mentioned_between = Query(
    Mentioned,
    """
    select m.id, m.channel_id, m.user_id, u.username, m.content, m.created_at, m.mentions
    from realm.messages m join realm.users u on u.id = m.user_id
    where m.id >= $1 and m.id < $2 and m.mentions is not null and m.channel_id is not null and not m.is_deleted
    order by m.id
    """,
    UUID,
    UUID,
    hot=True,
    proven=("channel_id", "mentions"),
)
"""The messages of a range of ids that mention anybody."""
