"""Messages as they are read. Every statement walks an index from one end of a range of ids and stops."""

from uuid import UUID

from guildhall.db.query import Query
from guildhall.packs.realm.schemas.messages import MessageHead, MessageRow

FIRST = UUID(int=0)
LAST = UUID(int=2**128 - 1)
"""Bounds for who has none: `id < $1` is a place in the index where `$1 is null or id < $1` is a filter."""

_WALK = 1000
"""Messages of a server that the first look at its live log reads at most."""

COLUMNS = """
    m.id, m.type, m.user_id, u.username, m.server_id, m.channel_id, m.content, m.metadata, m.reply_to, m.mentions,
    m.created_at, m.updated_at, m.edited_at, m.is_deleted, m.deletion_reason
"""
_PUBLIC = """
    c.guild_id is null and c.party_id is null and c.raid_id is null and c.visibility <> 'private' and c.min_level = 1
"""
"""As `ChannelAccess.public`."""


def _rows(inner: str, order: str) -> str:
    """Messages of a statement with their senders' names, which are looked up for what is left of them."""
    return f"""
    select {COLUMNS}
    from ({inner}) m left join realm.users u on u.id = m.user_id
    order by m.id {order}
    """


live_log = Query(
    MessageRow,
    _rows(
        f"""
        select n.* from (
            select * from realm.messages where server_id = $1 and id > $2 order by id desc limit {_WALK}
        ) n
        where n.channel_id = any(array(select c.id from realm.channels c where c.server_id = $1 and {_PUBLIC}))
           or n.channel_id is null and n.type = 'system'
        order by n.id desc
        limit $3
        """,
        "desc",
    ),
    UUID,
    UUID,
    int,
    hot=True,
)
"""The newest public ones of a server after an id, found among its newest: where nearly everything is public."""

live_log_has_more = Query(
    bool,
    f"""
    select count(*) = {_WALK} from (
        select from realm.messages where server_id = $1 and id > $2 order by id desc limit {_WALK}
    ) walked
    """,
    UUID,
    UUID,
    hot=True,
)
"""Whether `live_log` did not look at everything."""

live_log_by_channel = Query(
    MessageRow,
    _rows(
        f"""
        select x.* from (
            select i.id from (
                select n.id
                from realm.channels c
                cross join lateral (
                    select m.id from realm.messages m where m.channel_id = c.id and m.id > $2
                    order by m.id desc limit $3
                ) n
                where c.server_id = $1 and {_PUBLIC}
                union all
                (select m.id from realm.messages m
                 where m.server_id = $1 and m.channel_id is null and m.type = 'system' and m.id > $2
                 order by m.id desc limit $3)
            ) i
            order by i.id desc
            limit $3
        ) top
        cross join lateral (select * from realm.messages m where m.id = top.id offset 0) x
        """,
        "desc",
    ),
    UUID,
    UUID,
    int,
    hot=True,
)
"""The same, channel by channel: where most of what is said is not public."""

channel_before = Query(
    MessageRow,
    _rows("select * from realm.messages where channel_id = $1 and id < $2 order by id desc limit $3", "desc"),
    UUID,
    UUID,
    int,
    hot=True,
)

channel_after = Query(
    MessageRow,
    _rows("select * from realm.messages where channel_id = $1 and id > $2 order by id limit $3", "asc"),
    UUID,
    UUID,
    int,
    hot=True,
)

user_before = Query(
    MessageRow,
    _rows(
        "select * from realm.messages where user_id = $1 and server_id = $2 and id < $3 order by id desc limit $4",
        "desc",
    ),
    UUID,
    UUID,
    UUID,
    int,
    hot=True,
)

replies_after = Query(
    MessageRow,
    _rows(
        "select * from realm.messages where reply_to = $1 and channel_id = $2 and id > $3 order by id limit $4", "asc"
    ),
    UUID,
    UUID,
    UUID,
    int,
    hot=True,
)

message = Query(MessageRow, _rows("select * from realm.messages where id = $1", "asc"), UUID, hot=True)

messages_by_ids = Query(
    MessageRow,
    _rows(
        """
        select x.* from unnest($1::uuid[]) g (id)
        cross join lateral (select * from realm.messages m where m.id = g.id offset 0) x
        """,
        "desc",
    ),
    list[UUID],
    hot=True,
    proven=(
        "id", "type", "user_id", "server_id", "content", "created_at", "updated_at", "is_deleted",
    ),
)  # fmt: skip
"""Newest first; those that are not there any more are left out."""

newest_of_channel = Query(
    UUID, "select id from realm.messages where channel_id = $1 order by id desc limit 1", UUID, hot=True
)

reply_target = Query(
    UUID,
    "select id from realm.messages where id = $1 and channel_id = $2 and not is_deleted",
    UUID,
    UUID,
    hot=True,
)
"""The message that may be answered in a channel."""

message_head = Query(
    MessageHead,
    """
    select id, type, user_id, server_id, channel_id, content, created_at, edited_at, is_deleted
    from realm.messages where id = $1
    """,
    UUID,
    hot=True,
)

channel_is_public = Query(bool, f"select {_PUBLIC} from realm.channels c where c.id = $1", UUID)

person_there = Query(UUID, "select id from realm.users where id = $1", UUID)
"""Who may stand in a row that refers to people."""
