"""Those who follow the messages: what is counted and what is found, and how far they have come."""

from uuid import UUID

from msgspec import Struct

from guildhall.db.query import Command, Query
from guildhall.packs.realm.queries.words import CONFIGS, WORDS


class Ahead(Struct, frozen=True):
    """What lies ahead of a follower: `mark` is the tick up to which it has come, `head` that of the latest commit,
    `last` the id at which a chunk ends, none when less than a chunk is left.
    """

    mark: int
    head: int
    last: UUID | None


ahead = Query(
    Ahead,
    """
    select f.tick as mark, h.tick as head, c.id as last
    from realm.followers f
    cross join core.live_head h
    left join lateral (
        select id from realm.messages
        where id >= core.live_id(f.tick + 1, 0, 0) and id < core.live_id(h.tick + 1, 0, 0)
        order by id offset $2 limit 1
    ) c on true
    where f.name = $1
    """,
    str,
    int,
)
"""Locks nothing: the statement that does a chunk looks whether the follower still stands there."""

any_behind = Query(
    bool,
    """
    select exists (
        select from realm.followers f, core.live_head h where f.name = 'reindex' or f.tick < h.tick
    ) as due
    """,
    proven=("due",),
)
"""Whether a follower is behind the latest commit, or a rebuild waits."""

held_follower = Query(int, "select tick from realm.followers where name = $1 for update", str)

move_follower = Command("update realm.followers set tick = $2 where name = $1", str, int)

begin_rebuild = Command("insert into realm.followers (name, tick) values ('reindex', 0) on conflict do nothing")

rebuild_anew = Command(
    """
    insert into realm.followers (name, tick) values ('reindex', 0)
    on conflict (name) do update set tick = excluded.tick
    """
)

rebuild_waits = Query(bool, "select exists (select from realm.followers where name = 'reindex')")

end_rebuild = Command("delete from realm.followers where name = 'reindex'")

chunk_end = Query(
    UUID, "select id from realm.messages where id >= $1 and id < $2 order by id offset $3 limit 1", UUID, UUID, int
)
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


index_messages = Query(
    Indexed,
    f"""
    with mentioned as materialized (
        select exists (
            select from realm.messages where id >= $1 and id < $2 and not is_deleted and mentions is not null
        ) as any
    ), mine as materialized (
        select from realm.followers f, mentioned m where f.name = 'words' and f.tick = $3 and ($6 or not m.any)
        for update of f skip locked
    ), held as materialized (
        select * from realm.messages
        where id >= $1 and id < $2 and not is_deleted and exists (select from mine)
        order by id for key share
    ), found as (
        insert into realm.message_words (id, server_id, channel_id, user_id, type, words)
        {WORDS} from held m join {CONFIGS} s on s.id = m.server_id
        order by m.id
        on conflict (id) do nothing
    ), moved as (
        update realm.followers f set tick = $4 where f.name = 'words' and exists (select from mine)
    )
    select exists (select from mine) as moved, (select count(*) from held) as messages, m.any as mentioned,
           h.tick as head, c.id as last
    from core.live_head h
    cross join mentioned m
    left join lateral (
        select id from realm.messages where id >= $2 and id < core.live_id(h.tick + 1, 0, 0)
        order by id offset $5 limit 1
    ) c on true
    """,
    UUID,
    UUID,
    int,
    int,
    int,
    bool,
    proven=("moved", "messages", "mentioned"),
)
"""Indexes the messages of a range of ids and moves the follower from one tick ($3) to another ($4), as one transaction.

Each message is locked, so that a deletion comes before this or after it. What is there is of a later text.
"""

index_messages_again = Command(
    f"""
    insert into realm.message_words as w (id, server_id, channel_id, user_id, type, words)
    {WORDS}
    from (
        select * from realm.messages where id >= $1 and id < $2 and not is_deleted order by id for key share
    ) m
    join {CONFIGS} s on s.id = m.server_id
    order by m.id
    on conflict (id) do update set words = excluded.words where w.words <> excluded.words
    """,
    UUID,
    UUID,
)

forget_lost_words = Command(
    """
    delete from realm.message_words w
    where w.id >= $1 and w.id < $2
      and not exists (select from realm.messages m where m.id = w.id and not m.is_deleted)
    """,
    UUID,
    UUID,
)

newest_message = Query(UUID, "select id from realm.messages order by id desc limit 1")

messages_between = Query(int, "select count(*) from realm.messages where id >= $1 and id < $2", UUID, UUID)


class Counted(Struct, frozen=True):
    """One chunk that was counted: how many counters changed, and what lies ahead.

    `moved` is false when nothing was done, for another process is at it.
    """

    moved: bool
    counters: int
    head: int
    last: UUID | None


count_messages = Query(
    Counted,
    """
    with mine as materialized (
        select from realm.followers where name = 'counts' and tick = $3 for update skip locked
    ), new as materialized (
        select channel_id, user_id from realm.messages where id >= $1 and id < $2 and exists (select from mine)
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
        update realm.followers f set tick = $4 where f.name = 'counts' and exists (select from mine)
    )
    select exists (select from mine) as moved,
           (select counters from channels) + (select count(*) from of_people) as counters, h.tick as head, c.id as last
    from core.live_head h
    left join lateral (
        select id from realm.messages where id >= $2 and id < core.live_id(h.tick + 1, 0, 0)
        order by id offset $5 limit 1
    ) c on true
    """,
    UUID,
    UUID,
    int,
    int,
    int,
    proven=("moved", "counters"),
)
"""Counts the messages of a range of ids and moves the follower from one tick ($3) to another ($4), as one transaction.

Rows are locked in the order of ids, as everywhere.
"""

recount_channels = Command(
    """
    update realm.channels c
    set message_count = n.messages
    from (
        select h.id, coalesce(g.messages, 0) + coalesce(a.messages, 0) as messages
        from realm.channels h
        left join (
            select channel_id, count(*) as messages from realm.messages where id < $1 group by channel_id
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
    UUID,
)

recount_people = Command(
    """
    update realm.users u
    set message_count = n.messages
    from (
        select h.id, coalesce(g.messages, 0) + coalesce(a.messages, 0) as messages
        from realm.users h
        left join (
            select user_id, count(*) as messages from realm.messages where id < $1 group by user_id
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
    UUID,
)

forget_message_keys = Command(
    """
    delete from realm.message_keys
    where ctid = any(array(select ctid from realm.message_keys where message_id < $1 limit $2))
    """,
    UUID,
    int,
)
"""Keys of messages before an id ($1), $2 at most; found by the BRIN index."""
