"""Projections of messages: counters, the search index, and their checkpoints."""

from uuid import UUID

from msgspec import Struct

from guildhall.db.statements import command, rows
from guildhall.packs.realm.follow.queries.words import CONFIGS, WORDS
from guildhall.packs.realm.ids import MessageId


class Ahead(Struct, frozen=True):
    """The rest of the messages for a follower.

    `mark` is its checkpoint as a tick, `head` the tick of the latest commit, `last` the id at which a chunk ends, None
    if less than a chunk is left.
    """

    mark: int
    head: int
    last: UUID | None


@rows(
    Ahead,
    """
    select f.tick as mark, h.tick as head, c.id as last
    from realm.followers f
    cross join core.live_head h
    left join lateral (
        select id from realm.messages
        where id >= core.live_id(f.tick + 1, 0, 0) and id < core.live_id(h.tick + 1, 0, 0)
        order by id offset :few limit 1
    ) c on true
    where f.name = :name
    """,
)
def ahead(name: str, few: int) -> None:
    """Locks nothing: the statement that does a chunk looks whether the follower still stands there."""


@rows(
    bool,
    """
    select exists (
        select from realm.followers f, core.live_head h where f.name = 'reindex' or f.tick < h.tick
    ) as due
    """,
    proven=("due",),
)
def any_behind() -> None:
    """Return whether a follower is behind the latest commit, or a rebuild waits."""


@rows(int, "select tick from realm.followers where name = :name for update")
def held_follower(name: str) -> None: ...


@command("update realm.followers set tick = :tick where name = :name")
def move_follower(name: str, tick: int) -> None: ...


@command("insert into realm.followers (name, tick) values ('reindex', 0) on conflict do nothing")
def begin_rebuild() -> None: ...


@command(
    """
    insert into realm.followers (name, tick) values ('reindex', 0)
    on conflict (name) do update set tick = excluded.tick
    """,
)
def rebuild_anew() -> None: ...


@rows(bool, "select exists (select from realm.followers where name = 'reindex')")
def rebuild_waits() -> None: ...


@command("delete from realm.followers where name = 'reindex'")
def end_rebuild() -> None: ...


@rows(MessageId, "select id from realm.messages where id >= :low and id < :high order by id offset :chunk limit 1")
def chunk_end(low: UUID, high: UUID, chunk: int) -> None:
    """The id at which a chunk of so many messages ends."""


class Indexed(Struct, frozen=True):
    """One chunk that was indexed: how many messages, whether anybody is mentioned in them, and what lies ahead of it.

    `moved` is false when nothing was done: another process is at it, or somebody is mentioned and `telling` was false.
    """

    moved: bool
    messages: int
    mentioned: bool
    head: int
    last: UUID | None


@rows(
    Indexed,
    f"""
    with mentioned as materialized (
        select exists (
            select from realm.messages where id >= :low and id < :high and not is_deleted and mentions is not null
        ) as any
    ), mine as materialized (
        select from realm.followers f, mentioned m where f.name = 'words' and f.tick = :tick and (:telling or not m.any)
        for update of f skip locked
    ), held as materialized (
        select * from realm.messages
        where id >= :low and id < :high and not is_deleted and exists (select from mine)
        order by id for key share
    ), found as (
        insert into realm.message_words (id, server_id, channel_id, user_id, type, words)
        {WORDS} from held m join {CONFIGS} s on s.id = m.server_id
        order by m.id
        on conflict (id) do nothing
    ), moved as (
        update realm.followers f set tick = :end where f.name = 'words' and exists (select from mine)
    )
    select exists (select from mine) as moved, (select count(*) from held) as messages, m.any as mentioned,
           h.tick as head, c.id as last
    from core.live_head h
    cross join mentioned m
    left join lateral (
        select id from realm.messages where id >= :high and id < core.live_id(h.tick + 1, 0, 0)
        order by id offset :most limit 1
    ) c on true
    """,
    proven=("moved", "messages", "mentioned"),
)
def index_messages(low: UUID, high: UUID, tick: int, end: int, most: int, telling: bool) -> None:
    """Index the messages of a range of ids and move the follower from one tick to another, as one transaction.

    Each message is locked, so that a deletion comes before this or after it. What is there is of a later text.
    """


@command(
    f"""
    insert into realm.message_words as w (id, server_id, channel_id, user_id, type, words)
    {WORDS}
    from (
        select * from realm.messages where id >= :low and id < :high and not is_deleted order by id for key share
    ) m
    join {CONFIGS} s on s.id = m.server_id
    order by m.id
    on conflict (id) do update set words = excluded.words where w.words <> excluded.words
    """,
)
def index_messages_again(low: UUID, high: UUID) -> None: ...


@command(
    """
    delete from realm.message_words w
    where w.id >= :low and w.id < :high
      and not exists (select from realm.messages m where m.id = w.id and not m.is_deleted)
    """,
)
def forget_lost_words(low: UUID, high: UUID) -> None: ...


@rows(MessageId, "select id from realm.messages order by id desc limit 1")
def newest_message() -> None: ...


@rows(int, "select count(*) from realm.messages where id >= :low and id < :high")
def messages_between(low: UUID, high: UUID) -> None: ...


class Counted(Struct, frozen=True):
    """One chunk that was counted: how many counters changed, and what lies ahead.

    `moved` is false when nothing was done, for another process is at it.
    """

    moved: bool
    counters: int
    head: int
    last: UUID | None


@rows(
    Counted,
    """
    with mine as materialized (
        select from realm.followers where name = 'counts' and tick = :tick for update skip locked
    ), new as materialized (
        select channel_id, user_id from realm.messages where id >= :low and id < :high and exists (select from mine)
    ), of_channels as (
        update realm.channels c
        set message_count = c.message_count + n.messages
        from (
            select h.id, g.messages
            from (
                select channel_id, count(*) as messages from new where channel_id is not null group by channel_id
            ) g
            join realm.channels h on h.id = g.channel_id
            order by h.id
            for no key update of h
        ) n
        where c.id = n.id
        returning c.id
    ), channels as materialized (
        select count(*) as counters from of_channels
    ), of_people as (
        update realm.users u
        set message_count = u.message_count + n.messages
        from (
            select h.id, g.messages
            from (
                select user_id, count(*) as messages from new
                where (select counters from channels) >= 0  -- so that channels are locked before people
                group by user_id
            ) g
            join realm.users h on h.id = g.user_id
            order by h.id
            for no key update of h
        ) n
        where u.id = n.id
        returning u.id
    ), moved as (
        update realm.followers f set tick = :end where f.name = 'counts' and exists (select from mine)
    )
    select exists (select from mine) as moved,
           (select counters from channels) + (select count(*) from of_people) as counters, h.tick as head, c.id as last
    from core.live_head h
    left join lateral (
        select id from realm.messages where id >= :high and id < core.live_id(h.tick + 1, 0, 0)
        order by id offset :most limit 1
    ) c on true
    """,
    proven=("moved", "counters"),
)
def count_messages(low: UUID, high: UUID, tick: int, end: int, most: int) -> None:
    """Count the messages of a range of ids and move the follower from one tick to another, as one transaction.

    Rows are locked in the order of ids, as everywhere.
    """


@command(
    """
    update realm.channels c
    set message_count = n.messages
    from (
        select h.id, coalesce(g.messages, 0) + coalesce(a.messages, 0) as messages
        from realm.channels h
        left join (
            select channel_id, count(*) as messages from realm.messages where id < :before group by channel_id
        ) g on g.channel_id = h.id
        left join (
            select channel_id, sum(messages)::bigint as messages from realm.archived_counts group by channel_id
        ) a on a.channel_id = h.id
        where h.message_count <> coalesce(g.messages, 0) + coalesce(a.messages, 0)
        order by h.id
        for no key update of h
    ) n
    where c.id = n.id
    """,
)
def recount_channels(before: UUID) -> None: ...


@command(
    """
    update realm.users u
    set message_count = n.messages
    from (
        select h.id, coalesce(g.messages, 0) + coalesce(a.messages, 0) as messages
        from realm.users h
        left join (
            select user_id, count(*) as messages from realm.messages where id < :before group by user_id
        ) g on g.user_id = h.id
        left join (
            select user_id, sum(messages)::bigint as messages from realm.archived_counts group by user_id
        ) a on a.user_id = h.id
        where h.message_count <> coalesce(g.messages, 0) + coalesce(a.messages, 0)
        order by h.id
        for no key update of h
    ) n
    where u.id = n.id
    """,
)
def recount_people(before: UUID) -> None: ...
