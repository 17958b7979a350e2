"""Messages as they are read. Every statement walks an index from one end of a range of ids and stops."""

from uuid import UUID

from guildhall.db.statements import rows
from guildhall.ids import UserId
from guildhall.packs.realm.chat.schemas.messages import MessageHead, MessageRow
from guildhall.packs.realm.ids import ChannelId, MessageId, ServerId

FIRST = UUID(int=0)
LAST = UUID(int=2**128 - 1)
"""Bounds for who has none: `id < :end` is a place in the index where `:end is null or id < :end` is a filter."""

_WALK = 1000
"""Messages of a server that the first look at its live log reads at most."""

COLUMNS = """
    m.id, m.type, m.user_id, u.username, m.server_id, m.channel_id, m.content, m.metadata, m.reply_to, m.mentions,
    m.created_at, m.updated_at, m.edited_at, m.is_deleted, m.deletion_reason
"""
_PUBLIC = """
    c.guild_id is null and c.party_id is null and c.raid_id is null and c.visibility <> 'private' and c.min_level = 1
"""
"""The SQL of `ChannelAccess.public`."""


def _rows(inner: str, order: str) -> str:
    """Messages of a statement with their senders' names, which are looked up for what is left of them."""
    return f"""
    select {COLUMNS}
    from ({inner}) m left join realm.users u on u.id = m.user_id
    order by m.id {order}
    """


@rows(
    MessageRow,
    _rows(
        f"""
        select n.* from (
            select * from realm.messages where server_id = :server and id > :after order by id desc limit {_WALK}
        ) n
        where n.channel_id = any(array(select c.id from realm.channels c where c.server_id = :server and {_PUBLIC}))
           or n.channel_id is null and n.type = 'system'
        order by n.id desc
        limit :limit
        """,
        "desc",
    ),
    hot=True,
)
def live_log(server: ServerId, after: UUID, limit: int) -> None:
    """The newest public ones of a server after an id, found among its newest: where nearly everything is public."""


@rows(
    bool,
    f"""
    select count(*) = {_WALK} from (
        select from realm.messages where server_id = :server and id > :after order by id desc limit {_WALK}
    ) walked
    """,
    hot=True,
)
def live_log_has_more(server: ServerId, after: UUID) -> None:
    """Return whether `live_log` did not look at everything."""


@rows(
    MessageRow,
    _rows(
        f"""
        select x.* from (
            select i.id from (
                select n.id
                from realm.channels c
                cross join lateral (
                    select m.id from realm.messages m where m.channel_id = c.id and m.id > :after
                    order by m.id desc limit :limit
                ) n
                where c.server_id = :server and {_PUBLIC}
                union all
                (select m.id from realm.messages m
                 where m.server_id = :server and m.channel_id is null and m.type = 'system' and m.id > :after
                 order by m.id desc limit :limit)
            ) i
            order by i.id desc
            limit :limit
        ) top
        cross join lateral (select * from realm.messages m where m.id = top.id offset 0) x
        """,
        "desc",
    ),
    hot=True,
)
def live_log_by_channel(server: ServerId, after: UUID, limit: int) -> None:
    """The same, channel by channel: where most of what is said is not public."""


@rows(
    MessageRow,
    _rows(
        """
        select * from realm.messages
        where channel_id = :channel and id < :before order by id desc limit :limit
        """,
        "desc",
    ),
    hot=True,
)
def channel_before(channel: ChannelId, before: UUID, limit: int) -> None: ...


@rows(
    MessageRow,
    _rows(
        """
        select * from realm.messages
        where channel_id = :channel and id > :after order by id limit :limit
        """,
        "asc",
    ),
    hot=True,
)
def channel_after(channel: ChannelId, after: UUID, limit: int) -> None: ...


@rows(
    MessageRow,
    _rows(
        """
        select * from realm.messages
        where user_id = :user and server_id = :server and id < :before order by id desc limit :limit
        """,
        "desc",
    ),
    hot=True,
)
def user_before(user: UserId, server: ServerId, before: UUID, limit: int) -> None: ...


@rows(
    MessageRow,
    _rows(
        """
        select * from realm.messages
        where reply_to = :reply_to and channel_id = :channel and id > :after order by id limit :limit
        """,
        "asc",
    ),
    hot=True,
)
def replies_after(reply_to: MessageId, channel: ChannelId, after: UUID, limit: int) -> None: ...


@rows(MessageRow, _rows("select * from realm.messages where id = :id", "asc"), hot=True)
def message(id: MessageId) -> None: ...


@rows(
    MessageRow,
    _rows(
        """
        select x.* from unnest(:ids::uuid[]) g (id)
        cross join lateral (select * from realm.messages m where m.id = g.id offset 0) x
        """,
        "desc",
    ),
    hot=True,
    proven=(
        "id",
        "type",
        "user_id",
        "server_id",
        "content",
        "created_at",
        "updated_at",
        "is_deleted",
    ),
)
def messages_by_ids(ids: list[MessageId]) -> None:
    """Newest first; those that are not there any more are left out."""


@rows(MessageId, "select id from realm.messages where channel_id = :channel order by id desc limit 1", hot=True)
def newest_of_channel(channel: ChannelId) -> None: ...


@rows(
    MessageHead,
    """
    select id, type, user_id, server_id, channel_id, content, created_at, edited_at, is_deleted
    from realm.messages where id = :id
    """,
    hot=True,
)
def message_head(id: MessageId) -> None: ...


@rows(bool, f"select {_PUBLIC} from realm.channels c where c.id = :id")
def channel_is_public(id: ChannelId) -> None: ...


@rows(UserId, "select id from realm.users where id = :id")
def person_there(id: UserId) -> None:
    """Return the id of an existing person, for rows that refer to one."""
