"""Statements about imported records, and the rows of an export file."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.ids import BuildId, SnapshotId
from guildhall.packs.poe2.transfer.schemas import KeptRecord


@rows(
    bool,
    "select true as there from poe2.imported_records where user_id = :user and record_hash = :hash",
    hot=True,
    proven=("there",),
)
def imported(user: UserId, hash: bytes) -> None: ...


@rows(None, "select pg_advisory_xact_lock(hashtextextended('poe2.import:' || :user::uuid, 0))")
def lock_importer(user: UserId) -> None:
    """Lock a person, so that a record that comes twice at once is added once."""


@rows(int, "select count(*) from poe2.imported_records where user_id = :user and data is not null")
def kept_count(user: UserId) -> None: ...


@command(
    """
    insert into poe2.imported_records (user_id, record_hash, kind, item_id, data, imported_at)
    values (:user, :hash, :kind, :item, :data, :now)
    on conflict (user_id, record_hash) do nothing
    """
)
def add_record(user: UserId, hash: bytes, kind: str, item: UUID | None, data: Any, now: datetime) -> None: ...


@rows(
    BuildId,
    """
    select b.id from poe2.build_templates b
    where b.user_id = :user and b.title = :title and b.content_hash = :content_hash
    order by b.id
    limit 1
    """,
)
def same_build(user: UserId, title: str, content_hash: bytes) -> None:
    """A build of a person with this title and content: an export that comes back."""


@rows(
    SnapshotId,
    """
    select id from poe2.character_snapshots
    where user_id = :user and character_name = :character_name and snapshot_at = :at
    limit 1
    """,
)
def same_snapshot(user: UserId, character_name: str, at: datetime) -> None: ...


@command(
    """
    insert into poe2.character_snapshots
        (id, user_id, character_name, class, ascendancy, level, league, experience, stats, calculated_dps,
         calculated_ehp, source, snapshot_at)
    values (:id, :user, :character_name, :class_name, :ascendancy, :level, :league, :experience, :stats,
            :dps::float8::numeric, :ehp::float8::numeric, 'import', :at)
    """
)
def add_imported_snapshot(
    id: SnapshotId,
    user: UserId,
    character_name: str,
    class_name: str,
    ascendancy: str | None,
    level: int,
    league: str | None,
    experience: int | None,
    stats: Any,
    dps: float | None,
    ehp: float | None,
    at: datetime,
) -> None: ...


@rows(
    Any,
    """
    select jsonb_strip_nulls(jsonb_build_object(
        'title', b.title, 'description', b.description, 'character_name', b.character_name, 'league', b.league,
        'patch_version', b.patch_version, 'complexity', b.complexity, 'tags', b.tags, 'language', b.language,
        'visibility', b.visibility,
        'versions', (
            select jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
                'code', translate(encode(v.code, 'base64'), E'+/\n', '-_'), 'calculator', v.calculator,
                'changes', v.changes)) order by v.version_number)
            from poe2.build_versions v where v.build_template_id = b.id)
        )) as template
    from poe2.build_templates b
    where b.user_id = :user
    order by b.id
    """,
    proven=("template",),
)
def exported_templates(user: UserId) -> None: ...


@rows(
    Any,
    """
    select jsonb_strip_nulls(jsonb_build_object(
        'character_name', s.character_name, 'class', s.class, 'ascendancy', s.ascendancy, 'level', s.level,
        'league', s.league, 'experience', s.experience, 'stats', s.stats, 'calculated_dps', s.calculated_dps,
        'calculated_ehp', s.calculated_ehp,
        'snapshot_at', to_char(s.snapshot_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))) as snapshot
    from poe2.character_snapshots s
    where s.user_id = :user
    order by s.snapshot_at, s.id
    """,
    proven=("snapshot",),
)
def exported_snapshots(user: UserId) -> None: ...


@rows(
    KeptRecord,
    """
    select kind, data, imported_at from poe2.imported_records
    where user_id = :user and data is not null
    order by kind, record_hash
    """,
    proven=("data",),
)
def kept_records(user: UserId) -> None: ...
