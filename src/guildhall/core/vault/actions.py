"""Sealing anew what former keys have sealed."""

from collections.abc import Callable

from msgspec import Struct

from guildhall.core.vault import queries
from guildhall.core.vault.errors import SealBroken
from guildhall.core.vault.schemas import SealedColumn
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database

Advance = Callable[[SealedColumn, int], None]
"""Called with the number of finished rows."""


class Rotated(Struct, frozen=True):
    """The result of a rotation of a column: rows sealed anew, rows that no key opens."""

    column: str
    resealed: int
    broken: int


class ColumnState(Struct):
    """The keys of a column's rows: the present key, former ones, or none that is known."""

    column: str
    rows: int = 0
    present_key: int = 0
    old_keys: int = 0
    broken: int = 0


async def rows_left(db: Database, vault: Vault, column: SealedColumn) -> int:
    """Count the rows that a rotation would look at, from the checkpoint of one that was stopped."""
    async with db.write() as tx:
        known = await queries.rotation.one_or_none(tx, queries.name_of(column), vault.fingerprint)
        after = known.after if known is not None and known.finished_at is None else None
        count: int = await tx.connection.fetchval(queries.count_sealed(column), after)
    return count


async def rotate_column(db: Database, vault: Vault, column: SealedColumn, batch: int, advance: Advance) -> Rotated:
    """Seal a column's rows anew by the present key, `batch` rows in a transaction.

    Each transaction remembers how far it came, so that a rotation that was stopped goes on there. Rows that no
    key opens are counted and left as they are.
    """
    name = queries.name_of(column)
    async with db.write() as tx:
        known = await queries.rotation.one_or_none(tx, name, vault.fingerprint)
        if known is None or known.finished_at is not None:
            await queries.begin_rotation.run(tx, name, vault.fingerprint, tx.now)
    while True:
        async with db.write() as tx:
            known = await queries.rotation.one_or_none(tx, name, vault.fingerprint)
            if known is None:
                raise LookupError(f"the rotation of {name} was deleted while it ran")
            if known.finished_at is not None:
                return Rotated(name, known.resealed, known.broken)  # by another one at the same time
            rows = await tx.connection.fetch(queries.locked_batch(column), known.after, batch)
            changes: list[tuple[str, str]] = []
            broken = 0
            for key, sealed in rows:
                try:
                    text, present = vault.open_with_age(column, key, sealed)
                except SealBroken:
                    broken += 1
                    continue
                if not present:
                    changes.append((key, vault.seal(column, key, text.reveal())))
            if changes:
                await tx.connection.executemany(queries.reseal(column), changes)
            after = rows[-1][0] if rows else known.after
            finished_at = tx.now if len(rows) < batch else None
            await queries.note_rotation.run(
                tx, name, vault.fingerprint, after, len(changes), broken, finished_at
            )  # fmt: skip
        advance(column, len(rows))
        if finished_at is not None:
            return Rotated(name, known.resealed + len(changes), known.broken + broken)


async def column_state(db: Database, vault: Vault, column: SealedColumn, batch: int) -> ColumnState:
    """Count a column's rows by the key that seals them. Every row is opened, and forgotten again."""
    state = ColumnState(queries.name_of(column))
    after: str | None = None
    while True:
        async with db.read() as tx:
            rows = await tx.connection.fetch(queries.sealed_batch(column), after, batch)
        for key, sealed in rows:
            try:
                _, present = vault.open_with_age(column, key, sealed)
            except SealBroken:
                state.broken += 1
                continue
            if present:
                state.present_key += 1
            else:
                state.old_keys += 1
        state.rows += len(rows)
        if len(rows) < batch:
            return state
        after = rows[-1][0]
