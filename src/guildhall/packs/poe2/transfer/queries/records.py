"""Statements about imported records."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.ids import BuildId, SnapshotId
from guildhall.packs.poe2.transfer.schemas import KnownRecord


@rows(
    KnownRecord,
    """
    select r.record_hash, r.item_id
    from poe2.imported_records r
    where r.user_id = :user and r.record_hash = any(:hashes::bytea[])
      and case
              when r.item_id is null then true
              when r.kind = 'template' then exists (select from poe2.build_templates b where b.id = r.item_id)
              when r.kind = 'snapshot' then exists (select from poe2.character_snapshots s where s.id = r.item_id)
              else exists (select from poe2.crafting_sessions c where c.id = r.item_id)
          end
    """,
    hot=True,
)
def known_records(user: UserId, hashes: list[bytes]) -> None:
    """The records of some hashes that were imported before, without those whose item was deleted since."""


@rows(None, "select pg_advisory_xact_lock(hashtextextended('poe2.import:' || :user::uuid, 0))")
def lock_importer(user: UserId) -> None:
    """Lock a person, so that a record that comes twice at once is added once."""


@rows(int, "select count(*) from poe2.imported_records where user_id = :user and data is not null")
def kept_count(user: UserId) -> None: ...


@command(
    """
    insert into poe2.imported_records (user_id, record_hash, kind, item_id, data, extra, imported_at)
    values (:user, :hash, :kind, :item, :data, :extra, :now)
    on conflict (user_id, record_hash) do update
        set item_id = excluded.item_id, extra = excluded.extra, imported_at = excluded.imported_at
    """
)
def put_record(user: UserId, hash: bytes, kind: str, item: UUID | None, data: Any, extra: Any, now: datetime) -> None:
    """Note a record; one whose item was deleted since has another one from now on."""


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
    where user_id = :user and character_name = :character_name and snapshot_at = :at and level = :level
      and experience is not distinct from :experience
    limit 1
    """,
)
def same_snapshot(user: UserId, character_name: str, at: datetime, level: int, experience: int | None) -> None: ...


@rows(
    int,
    """
    select count(*) from (
        select from poe2.character_snapshots where user_id = :user and source = 'import' limit :most
    ) x
    """,
)
def snapshot_count(user: UserId, most: int) -> None:
    """The number of a person's imported snapshots, counted up to `most`."""


@command(
    """
    insert into poe2.character_snapshots
        (id, user_id, character_name, class, ascendancy, level, league, experience, stats, calculated_dps,
         calculated_ehp, source, snapshot_at)
    values (:id, :user, :character_name, :class_name, :ascendancy, :level, :league, :experience, :stats,
            :dps, :ehp, 'import', :at)
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
    dps: Decimal | None,
    ehp: Decimal | None,
    at: datetime,
) -> None: ...
