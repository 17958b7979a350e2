"""The archive's files, the months that go into them, and what leaves the tables for them."""

from datetime import date, datetime
from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.archive.schemas import Archive, ArchiveState, MessageLine, ReactionLine
from guildhall.packs.realm.follow.queries.words import CONFIGS, WORDS
from guildhall.packs.realm.ids import ArchiveId, ChannelId, ServerId

_ARCHIVE = """id, month, part, state, file_name, generation, superseded, sha256, messages, reactions, bytes, first_id,
           last_id, archived_at"""
_LOCK = 7236836012342


@rows(bool, f"select pg_try_advisory_lock({_LOCK})")
def take_archive() -> None:
    """Take the archive's lock for this connection; return whether it is ours."""


@rows(bool, f"select pg_advisory_unlock({_LOCK})")
def leave_archive() -> None: ...


@rows(
    Archive,
    f"""
    select {_ARCHIVE} from realm.archives
    where (:month::date is null or month = :month) and (:states::text[] is null or state = any(:states))
    order by month desc, part desc
    """,
)
def archives(month: date | None, states: list[str] | None) -> None: ...


@rows(
    Archive,
    f"""
    select {_ARCHIVE} from realm.archives
    where state in ('written', 'archived') and first_id < :high and last_id >= :low
    order by last_id desc, part desc
    """,
)
def archives_between(low: UUID, high: UUID) -> None:
    """The files with messages from one id up to, without it, another; the newest first."""


@rows(
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
    where d.month + interval '1 month' <= :ended::date
      and not exists (select from realm.archives a where a.month = d.month and a.hold_until > :now)
    order by d.month
    """,
)
def due_months(ended: date, now: datetime) -> None:
    """The months that ended by a day and have a partition, or messages that came when they had none any more."""


@rows(
    Archive,
    f"""
    insert into realm.archives (id, month, part, state, begun_at)
    select :id, :month, 1 + coalesce((select max(part) from realm.archives where month = :month), 0), 'begun', :now
    returning {_ARCHIVE}
    """,
)
def begin_archive(id: ArchiveId, month: date, now: datetime) -> None: ...


@rows(ArchiveId, "update realm.archives set state = :new where id = :id and state = :old returning id")
def move_archive(id: ArchiveId, old: ArchiveState, new: ArchiveState) -> None: ...


@command("delete from realm.archives where id = :id")
def drop_archive(id: ArchiveId) -> None: ...


@rows(
    ArchiveId,
    """
    update realm.archives
    set state = 'written', file_name = :file_name, sha256 = :sha256, messages = :messages, reactions = :reactions,
        bytes = :bytes, first_id = :first,
        last_id = :last
    where id = :id and state = 'detached'
    returning id
    """,
)
def keep_written(
    id: ArchiveId,
    file_name: str,
    sha256: bytes,
    messages: int,
    reactions: int,
    bytes: int,
    first: UUID | None,
    last: UUID | None,
) -> None: ...


@rows(
    ArchiveId,
    """
    update realm.archives
    set superseded = array_append(superseded, file_name), file_name = :file_name, generation = :generation,
        sha256 = :sha256, messages = :messages,
        reactions = :reactions, bytes = :bytes, first_id = :first, last_id = :last
    where id = :id and generation = :old_generation
    returning id
    """,
)
def keep_rewritten(
    id: ArchiveId,
    old_generation: int,
    file_name: str,
    generation: int,
    sha256: bytes,
    messages: int,
    reactions: int,
    bytes: int,
    first: UUID | None,
    last: UUID | None,
) -> None: ...


@rows(
    ArchiveId,
    """
    update realm.archives set state = 'archived', archived_at = :now
    where id = :id and state = 'written' returning id
    """,
)
def end_archive(id: ArchiveId, now: datetime) -> None: ...


@rows(
    ArchiveId,
    """
    update realm.archives
    set state = 'restored', hold_until = :hold_until, superseded = array_append(superseded, file_name), file_name = null
    where id = :id and state = 'archived'
    returning id
    """,
)
def end_restored(id: ArchiveId, hold_until: datetime) -> None: ...


@command("update realm.archives set superseded = '{}' where id = :id")
def forget_superseded(id: ArchiveId) -> None: ...


@rows(str | None, "select core.detach_month_partition(:table, :month) as name")
def detach_month(table: str, month: date) -> None: ...


@rows(bool, "select core.drop_detached_month(:table, :month)")
def drop_detached(table: str, month: date) -> None: ...


@command(
    """
    insert into realm.archived_counts (archive_id, month, channel_id, user_id, messages)
    select :archive, :month, m.channel_id, u.id, count(*)
    from realm.messages m left join realm.users u on u.id = m.user_id
    where m.id >= :low and m.id < :high
    group by m.channel_id, u.id
    """,
)
def count_leaving(archive: ArchiveId, month: date, low: UUID, high: UUID) -> None: ...


@command(
    """
    insert into realm.archived_counts (archive_id, month, channel_id, user_id, messages)
    select :archive, :month, m.channel_id, u.id, count(*)
    from realm.detached_messages(:month, '00000000-0000-0000-0000-000000000000', 2147483647) m
    left join realm.users u on u.id = m.user_id
    group by m.channel_id, u.id
    """,
)
def count_detached(archive: ArchiveId, month: date) -> None: ...


@command("delete from realm.archived_counts where archive_id = :archive")
def forget_counts(archive: ArchiveId) -> None: ...


@rows(
    MessageLine,
    """
    select id, type, user_id, server_id, channel_id, content, metadata::text, created_at, updated_at, is_deleted,
           deletion_reason, edited_at, reply_to, to_json(mentions)::text as mentions
    from realm.detached_messages(:month, :after, :limit)
    order by id
    """,
    proven=("id", "type", "user_id", "server_id", "content", "created_at", "updated_at", "is_deleted"),
)
def detached_messages(month: date, after: UUID, limit: int) -> None: ...


@rows(
    ReactionLine,
    """
    select message_id, user_id, reaction, created_at
    from realm.detached_reactions(:month, :after, :limit)
    order by message_id, user_id, reaction collate "C"
    """,
    proven=("message_id", "user_id", "reaction", "created_at"),
)
def detached_reactions(month: date, after: UUID, limit: int) -> None:
    """The next reactions behind a message, in the order that SQLite has too."""


@rows(int, "select realm.forget_detached(:month, :user)")
def forget_detached(month: date, user: UserId) -> None: ...


@rows(ChannelId, "select id from realm.channels where id = any(:ids) order by id for key share")
def channels_there(ids: list[ChannelId]) -> None: ...


@rows(ServerId, "select id from realm.servers where id = any(:ids) order by id for key share")
def servers_there(ids: list[ServerId]) -> None: ...


@rows(UserId, "select id from realm.users where id = any(:ids) order by id for key share")
def users_there(ids: list[UserId]) -> None: ...


@command(
    f"""
    insert into realm.message_words (id, server_id, channel_id, user_id, type, words)
    {WORDS} from realm.messages m join {CONFIGS} s on s.id = m.server_id
    where m.id >= :first and m.id <= :last and not m.is_deleted
    on conflict (id) do nothing
    """,
)
def make_restored_words(first: UUID, last: UUID) -> None: ...


@rows(
    ChannelId,
    """
    select id from realm.channels
    where (:server::uuid is null or server_id = :server)
      and (name_key = realm.name_key(:name) or id::text = lower(:name))
    order by closed_at is not null, id limit 1
    """,
)
def channel_id_named(name: str, server: ServerId | None) -> None: ...


@rows(
    UserId,
    """
    select id from realm.users
    where (:server::uuid is null or server_id = :server)
      and (username_key = realm.name_key(:name) or id::text = lower(:name))
    order by id limit 1
    """,
)
def user_id_named(name: str, server: ServerId | None) -> None: ...


@rows(ChannelId, "select id from realm.channels where id between :lowest and :highest order by id limit 3")
def channels_between(lowest: UUID, highest: UUID) -> None: ...


@rows(UserId, "select id from realm.users where id between :lowest and :highest order by id limit 3")
def users_between(lowest: UUID, highest: UUID) -> None: ...


@rows(
    tuple[UserId, str],
    """
    select id, username from realm.users where id = any(:ids)
    union all select id, name from realm.channels where id = any(:ids)
    union all select id, name from realm.servers where id = any(:ids)
    """,
)
def names(ids: list[UUID]) -> None: ...
