"""Checkpoints of rotations, and the statements that read and write a sealed column."""

from datetime import datetime

from msgspec import Struct

from guildhall.core.vault.schemas import SealedColumn
from guildhall.db.statements import command, rows


class Rotation(Struct, frozen=True):
    """The checkpoint of the rotation of one column to one key."""

    after: str | None
    resealed: int
    broken: int
    started_at: datetime
    finished_at: datetime | None


@rows(
    Rotation,
    """
    select after, resealed, broken, started_at, finished_at
    from core.vault_rotations where sealed_column = :sealed_column and key_fingerprint = :key_fingerprint
    for update
    """,
)
def rotation(sealed_column: str, key_fingerprint: str) -> None: ...


@command(
    """
    insert into core.vault_rotations (sealed_column, key_fingerprint, started_at)
    values (:sealed_column, :key_fingerprint, :now)
    on conflict (sealed_column, key_fingerprint)
    do update set after = null, resealed = 0, broken = 0, started_at = :now, finished_at = null
    """,
)
def begin_rotation(sealed_column: str, key_fingerprint: str, now: datetime) -> None: ...


@command(
    """
    update core.vault_rotations
    set after = :after, resealed = resealed + :changes, broken = broken + :broken, finished_at = :finished_at
    where sealed_column = :sealed_column and key_fingerprint = :key_fingerprint
    """,
)
def note_rotation(
    sealed_column: str, key_fingerprint: str, after: str | None, changes: int, broken: int, finished_at: datetime | None
) -> None: ...


def name_of(column: SealedColumn) -> str:
    """The column as reports call it."""
    return f"{column.table}.{column.column}"


# The statements below differ by the column, whose names are constants of the slices: a test runs them for each.


def count_sealed(column: SealedColumn) -> str:
    """The number of sealed rows behind $1, a key as text, or of all of them."""
    return f"""
    select count(*) from {column.table}
    where {column.column} is not null and ($1::text is null or {column.key} > $1::text::{column.key_type})
    """


def sealed_batch(column: SealedColumn) -> str:
    """The next $2 sealed rows behind $1 in the key's order: key as text, seal."""
    return f"""
    select {column.key}::text, {column.column} from {column.table}
    where {column.column} is not null and ($1::text is null or {column.key} > $1::text::{column.key_type})
    order by {column.key} limit $2
    """


def locked_batch(column: SealedColumn) -> str:
    """Return the same statement with locks until the transaction's end: other writers wait and overwrite our row."""
    return f"{sealed_batch(column)} for update"


def reseal(column: SealedColumn) -> str:
    """Put another seal into the row of a key."""
    return f"update {column.table} set {column.column} = $2 where {column.key} = $1::text::{column.key_type}"
