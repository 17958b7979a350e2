"""How far somebody has read, and what they have not."""

from datetime import datetime
from uuid import UUID

from guildhall.db.query import Query
from guildhall.packs.realm.queries.mentions import COUNTS
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


def _counts(channel: str, mark: str, most: str) -> str:
    """What is unread of a channel behind a mark, and the mentions in it, each counted up to one above a limit."""
    return f"""
           (select count(*) from (
                select from realm.messages m
                where m.channel_id = {channel} and m.id > {mark} and not m.is_deleted and m.user_id <> $1
                limit {most} + 1
            ) n) as unread,
           (select count(*) from (
                select from realm.mentions e
                where e.user_id = $1 and e.message_id > {mark} and e.channel_id = {channel} and {COUNTS}
                limit {most} + 1
            ) n) as mentions
    """


unread_behind = Query(
    tuple[int, int], f"select {_counts('$2::uuid', '$3::uuid', '$4::int')}", UUID, UUID, UUID, int, hot=True
)
"""What somebody ($1) has not read of a channel ($2) behind an id ($3)."""

unread_for = Query(
    UnreadRow,
    f"""
    select r.channel_id, r.last_read, {_counts("r.channel_id", "r.last_read", "$3")}
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
"""For the channels in which somebody has a mark; counts stop one above the limit ($3).

What others wrote behind the mark and what is not deleted is unread, as the channel's history shows it.
"""
