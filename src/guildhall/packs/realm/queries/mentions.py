"""Who was spoken of."""

from uuid import UUID

from guildhall.db.query import Query
from guildhall.packs.realm.schemas.mentions import Mentioned, MentionRow

add_mentions: Query[None] = Query(None, "select realm.add_mentions($1, $2, $3)", list[UUID], list[UUID], list[UUID])
"""Messages, their channels, and whom they mention: three lists of one length. Twice is once."""

mentions_for = Query(
    MentionRow,
    """
    select message_id, channel_id from realm.mentions
    where user_id = $1 and message_id < $2
    order by message_id desc
    limit $3
    """,
    UUID,
    UUID,
    int,
    hot=True,
)

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
