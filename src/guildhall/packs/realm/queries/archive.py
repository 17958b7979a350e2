"""The archive's files, the months that go into them, and what leaves the tables for them."""

from datetime import date, datetime
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.queries.words import CONFIGS, WORDS
from guildhall.packs.realm.schemas.archive import Archive, ArchiveState, MessageLine, ReactionLine

_ARCHIVE = """id, month, part, state, file_name, generation, superseded, sha256, messages, reactions, bytes, first_id,
           last_id, archived_at"""
_LOCK = 7236836012342

take_archive = Query(bool, f"select pg_try_advisory_lock({_LOCK})")
"""Whether the connection now has the archive to itself."""
leave_archive = Query(bool, f"select pg_advisory_unlock({_LOCK})")

archives = Query(
    Archive,
    f"""
    select {_ARCHIVE} from realm.archives
    where ($1::date is null or month = $1) and ($2::text[] is null or state = any($2))
    order by month desc, part desc
    """,
    date | None,
    list[str] | None,
)

archives_between = Query(
    Archive,
    f"""
    select {_ARCHIVE} from realm.archives
    where state in ('written', 'archived') and first_id < $2 and last_id >= $1
    order by last_id desc, part desc
    """,
    UUID,
    UUID,
)
"""Files with messages of $1 <= id < $2, the newest first."""

due_months = Query(
    date,
    """
    select d.month
    from (
        select to_date(right(c.relname, 7), 'YYYY_MM') as month
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'realm.messages'::regclass and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
        union
        select late from realm.late_months() late
    ) d
    join core.partitioned_tables t on t.table_name = 'realm.messages' and d.month >= t.first_month
    where d.month + interval '1 month' <= $1::date
      and not exists (select from realm.archives a where a.month = d.month and a.hold_until > $2)
    order by d.month
    """,
    date,
    datetime,
)
"""Months that ended by the day $1 and have a partition, or messages that came when they had none any more."""

begin_archive = Query(
    Archive,
    f"""
    insert into realm.archives (id, month, part, state, begun_at)
    select $1, $2, 1 + coalesce((select max(part) from realm.archives where month = $2), 0), 'begun', $3
    returning {_ARCHIVE}
    """,
    UUID,
    date,
    datetime,
)

move_archive = Query(
    UUID,
    "update realm.archives set state = $3 where id = $1 and state = $2 returning id",
    UUID,
    ArchiveState,
    ArchiveState,
)

drop_archive = Command("delete from realm.archives where id = $1", UUID)

keep_written = Query(
    UUID,
    """
    update realm.archives
    set state = 'written', file_name = $2, sha256 = $3, messages = $4, reactions = $5, bytes = $6, first_id = $7,
        last_id = $8
    where id = $1 and state = 'detached'
    returning id
    """,
    UUID,
    str,
    bytes,
    int,
    int,
    int,
    UUID,
    UUID,
)

keep_rewritten = Query(
    UUID,
    """
    update realm.archives
    set superseded = array_append(superseded, file_name), file_name = $3, generation = $4, sha256 = $5, messages = $6,
        reactions = $7, bytes = $8, first_id = $9, last_id = $10
    where id = $1 and generation = $2
    returning id
    """,
    UUID,
    int,
    str,
    int,
    bytes,
    int,
    int,
    int,
    UUID | None,
    UUID | None,
)

end_archive = Query(
    UUID,
    "update realm.archives set state = 'archived', archived_at = $2 where id = $1 and state = 'written' returning id",
    UUID,
    datetime,
)

end_restored = Query(
    UUID,
    """
    update realm.archives
    set state = 'restored', hold_until = $2, superseded = array_append(superseded, file_name), file_name = null
    where id = $1 and state = 'archived'
    returning id
    """,
    UUID,
    datetime,
)

forget_superseded = Command("update realm.archives set superseded = '{}' where id = $1", UUID)

detach_month = Query(str | None, "select core.detach_month_partition($1, $2) as name", str, date)
drop_detached = Query(bool, "select core.drop_detached_month($1, $2)", str, date)

count_leaving = Command(
    """
    insert into realm.archived_counts (archive_id, month, channel_id, user_id, messages)
    select $1, $2, m.channel_id, u.id, count(*)
    from realm.messages m left join realm.users u on u.id = m.user_id
    where m.id >= $3 and m.id < $4
    group by m.channel_id, u.id
    """,
    UUID,
    date,
    UUID,
    UUID,
)

count_detached = Command(
    """
    insert into realm.archived_counts (archive_id, month, channel_id, user_id, messages)
    select $1, $2, m.channel_id, u.id, count(*)
    from realm.detached_messages($2, '00000000-0000-0000-0000-000000000000', 2147483647) m
    left join realm.users u on u.id = m.user_id
    group by m.channel_id, u.id
    """,
    UUID,
    date,
)

forget_counts = Command("delete from realm.archived_counts where archive_id = $1", UUID)

detached_messages = Query(
    MessageLine,
    """
    select id, type, user_id, server_id, channel_id, content, metadata::text, created_at, updated_at, is_deleted,
           deletion_reason, edited_at, reply_to, to_json(mentions)::text as mentions
    from realm.detached_messages($1, $2, $3)
    order by id
    """,
    date,
    UUID,
    int,
    proven=("id", "type", "user_id", "server_id", "content", "created_at", "updated_at", "is_deleted"),
)

detached_reactions = Query(
    ReactionLine,
    """
    select message_id, user_id, reaction, created_at
    from realm.detached_reactions($1, $2, $3)
    order by message_id, user_id, reaction collate "C"
    """,
    date,
    UUID,
    int,
    proven=("message_id", "user_id", "reaction", "created_at"),
)
"""To the next $3 messages behind $2, in the order that SQLite has too."""

forget_detached = Query(int, "select realm.forget_detached($1, $2)", date, UUID)

channels_there = Query(UUID, "select id from realm.channels where id = any($1) order by id for key share", list[UUID])
servers_there = Query(UUID, "select id from realm.servers where id = any($1) order by id for key share", list[UUID])
users_there = Query(UUID, "select id from realm.users where id = any($1) order by id for key share", list[UUID])

make_restored_words = Command(
    f"""
    insert into realm.message_words (id, server_id, channel_id, user_id, type, words)
    {WORDS} from realm.messages m join {CONFIGS} s on s.id = m.server_id
    where m.id >= $1 and m.id <= $2 and not m.is_deleted
    on conflict (id) do nothing
    """,
    UUID,
    UUID,
)

channel_id_named = Query(
    UUID,
    """
    select id from realm.channels
    where ($2::uuid is null or server_id = $2) and (name_key = realm.name_key($1) or id::text = lower($1))
    order by closed_at is not null, id limit 1
    """,
    str,
    UUID | None,
)

user_id_named = Query(
    UUID,
    """
    select id from realm.users
    where ($2::uuid is null or server_id = $2) and (username_key = realm.name_key($1) or id::text = lower($1))
    order by id limit 1
    """,
    str,
    UUID | None,
)

channels_between = Query(
    UUID, "select id from realm.channels where id between $1 and $2 order by id limit 3", UUID, UUID
)

users_between = Query(UUID, "select id from realm.users where id between $1 and $2 order by id limit 3", UUID, UUID)

names = Query(
    tuple[UUID, str],
    """
    select id, username from realm.users where id = any($1)
    union all select id, name from realm.channels where id = any($1)
    union all select id, name from realm.servers where id = any($1)
    """,
    list[UUID],
)
