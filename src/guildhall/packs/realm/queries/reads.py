"""How far somebody has read, and what they have not."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Query
from guildhall.packs.realm.schemas.messages import UnreadRow

put_read_mark = Query(
    UUID,
    """
    insert into realm.channel_reads as r (user_id, channel_id, last_read, updated_at) values ($1, $2, $3, $4)
    on conflict (user_id, channel_id) do update
    set last_read = greatest(r.last_read, excluded.last_read), updated_at = excluded.updated_at
    returning last_read
    """,
    UUID,
    UUID,
    UUID,
    datetime,
)
"""A mark never goes back."""

unread_for = Query(
    UnreadRow,
    """
    select r.channel_id, r.last_read,
           (select count(*) from (
                select from realm.messages m where m.channel_id = r.channel_id and m.id > r.last_read limit $3 + 1
            ) n) as unread,
           (select count(*) from (
                select from realm.mentions e
                where e.user_id = $1 and e.message_id > r.last_read and e.channel_id = r.channel_id limit $3 + 1
            ) n) as mentions
    from realm.channel_reads r
    join realm.channels c on c.id = r.channel_id
    where r.user_id = $1 and c.server_id = $2 and c.closed_at is null
    order by r.channel_id
    """,
    UUID,
    UUID,
    int,
    hot=True,
)
"""For the channels in which somebody has a mark; counts stop one above the limit ($3)."""
