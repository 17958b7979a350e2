"""Statements of storage."""

from datetime import datetime
from uuid import UUID

from guildhall.core.storage.ids import FileId
from guildhall.core.storage.schemas import FileRow, KnownPart, Served, Totals
from guildhall.db.statements import command, rows
from guildhall.ids import UserId

_FILE = """
    select f.id, f.user_id, f.purpose, f.private, encode(f.hash, 'hex') as sha256, o.media_type, f.bytes, o.width,
           o.height, f.created_at
    from core.storage_files f join core.storage_objects o on o.hash = f.hash
"""


@rows(
    int,
    "select 1 as locked from pg_advisory_xact_lock(hashtextextended(encode(:hash, 'hex'), 7309))",
    proven=("locked",),
)
def lock_object(hash: bytes) -> None:
    """Lock an object, whether or not there is a row of it, until the transaction ends."""


@rows(
    bool,
    """
    with before as (select loosened_at is null as sound from core.storage_objects where hash = :hash),
    kept as (
        insert into core.storage_objects (hash, kind, media_type, size, width, height, created_at)
        values (:hash, 'image', :media_type, :size, :width, :height, :now)
        on conflict (hash) do update set loosened_at = null
        returning 1
    )
    select coalesce((select sound from before), false) as sound from kept
    """,
    proven=("sound",),
)
def keep_object(hash: bytes, media_type: str, size: int, width: int, height: int, now: datetime) -> None:
    """Add an object, or have it owned again; return whether it had an owner before, so that its bytes are there."""


@command(
    """
    insert into core.storage_variants (hash, variant, content, media_type, size, width, height)
    select :hash, v.variant, v.content, :media_type, v.size, v.width, v.height
    from unnest(:variants::text[], :contents::bytea[], :sizes::bigint[], :widths::int[], :heights::int[])
         as v(variant, content, size, width, height)
    on conflict (hash, variant) do update
    set content = excluded.content, media_type = excluded.media_type, size = excluded.size, width = excluded.width,
        height = excluded.height
    """
)
def keep_variants(
    hash: bytes,
    media_type: str,
    variants: list[str],
    contents: list[bytes],
    sizes: list[int],
    widths: list[int],
    heights: list[int],
) -> None:
    """Set what is made of an original."""


@command(
    """
    insert into core.storage_files (id, user_id, hash, purpose, private, bytes, created_at)
    values (:id, :user_id, :hash, :purpose, :private, :bytes, :now)
    """
)
def add_file(id: FileId, user_id: UserId, hash: bytes, purpose: str, private: bool, bytes: int, now: datetime) -> None:
    """Give an object an owner."""


@rows(int, "delete from core.storage_files where id = :id and user_id = :user_id returning 1 as gone", proven=("gone",))
def drop_file(id: FileId, user_id: UserId) -> None:
    """Delete a person's file."""


@rows(
    int,
    "select coalesce(sum(bytes), 0)::bigint as used from core.storage_files where user_id = :user_id",
    proven=("used",),
)
def used_bytes(user_id: UserId) -> None:
    """Return the bytes of a person's files."""


@rows(FileRow, f"{_FILE} where f.id = :id", hot=True, proven=("sha256",))
def file(id: FileId) -> None:
    """A file that the viewer may see."""


@rows(
    FileRow,
    f"{_FILE} where f.user_id = :user_id and (:after::uuid is null or f.id < :after) order by f.id desc limit :limit",
    hot=True,
    proven=("sha256",),
)
def files_of_person(user_id: UserId, after: FileId | None, limit: int) -> None:
    """A page of a person's files, the latest first."""


@rows(
    Served,
    "select private, hash, content, media_type, size, bytes from core.storage_served(:id, :variant)",
    proven=("private", "hash", "content", "media_type", "size", "bytes"),
)
def served(id: FileId, variant: str) -> None:
    """The content of anybody's file, for whoever may have it."""


@rows(
    FileRow,
    f"""
    {_FILE}
    where (:user_id::uuid is null or f.user_id = :user_id) and (:purpose::text is null or f.purpose = :purpose)
      and (:after::uuid is null or f.id > :after) order by f.id limit :limit
    """,
    proven=("sha256",),
)
def list_files(user_id: UserId | None, purpose: str | None, after: FileId | None, limit: int) -> None:
    """A page of files of whoever, the oldest first."""


@rows(FileId, "select id from core.storage_files where id between :lowest and :highest order by id limit 3")
def files_between(lowest: UUID, highest: UUID) -> None:
    """Files whose ids begin alike."""


@rows(
    KnownPart,
    """
    select hash, 'original' as variant, hash as content, size from core.storage_objects where hash = any(:hashes)
    union all
    select hash, variant, content, size from core.storage_variants where hash = any(:hashes)
    order by hash, variant desc
    """,
    proven=("hash", "variant", "content", "size"),
)
def parts_of(hashes: list[bytes]) -> None:
    """All variants of some objects, each original first."""


@rows(
    bytes,
    """
    select hash from core.storage_objects where :after::bytea is null or hash > :after order by hash limit :limit
    """,
)
def objects_after(after: bytes | None, limit: int) -> None:
    """A page of objects, in the order of their hashes."""


@rows(
    Totals,
    "select count(*) as objects, coalesce(sum(size), 0)::bigint as bytes from core.storage_objects",
    proven=("objects", "bytes"),
)
def totals() -> None:
    """The number of objects and their bytes."""


@rows(
    bytes,
    """
    select hash from core.storage_objects where loosened_at < :before order by loosened_at limit :limit
    """,
    hot=True,
)
def loose_objects(before: datetime, limit: int) -> None:
    """Objects that may have had no owner since an instant."""


@rows(
    bool,
    "select exists (select from core.storage_files where hash = :hash) as owned",
    hot=True,
    proven=("owned",),
)
def is_owned(hash: bytes) -> None:
    """Return whether an object has an owner."""


@command("update core.storage_objects set loosened_at = null where hash = :hash and loosened_at < :before")
def settle_object(hash: bytes, before: datetime) -> None:
    """Note that an object has an owner, unless another has gone just now."""


@rows(
    int,
    "delete from core.storage_objects where hash = :hash and loosened_at < :before returning 1 as gone",
    proven=("gone",),
)
def drop_object(hash: bytes, before: datetime) -> None:
    """Delete an object without an owner, with its variants."""
