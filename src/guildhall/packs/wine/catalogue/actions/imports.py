"""Imports of files: batch by batch, each in one transaction with its mark."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from guildhall.db.pool import Database, Transaction
from guildhall.ids import uuid7
from guildhall.packs.wine.catalogue.actions.areas import put_areas
from guildhall.packs.wine.catalogue.actions.ratings import count_ratings, put_ratings
from guildhall.packs.wine.catalogue.actions.wines import Put, put_wines, settle
from guildhall.packs.wine.catalogue.errors import BadCatalogueFile, ImportMovedOn
from guildhall.packs.wine.catalogue.files import CatalogueFile
from guildhall.packs.wine.catalogue.queries import imports, writing
from guildhall.packs.wine.catalogue.rules import ava, xwines
from guildhall.packs.wine.catalogue.rules.given import GivenWine
from guildhall.packs.wine.catalogue.rules.set_aside import SetAside
from guildhall.packs.wine.catalogue.schemas import ImportReport, ImportRow
from guildhall.packs.wine.ids import CatalogueImportId
from guildhall.packs.wine.settings import WineSettings

_SECONDS = 300
"""The time that one transaction may take."""
_REASONS_MOST = 50

Tell = Callable[[str], None]
Rejects = list[tuple[int, str]]


async def import_file(
    db: Database, settings: WineSettings, file: CatalogueFile, tell: Tell, anew: bool = False
) -> ImportReport:
    """Take a file into the catalogue, from where an earlier import of the same contents came to.

    A file that is done already is left alone, unless it is to be taken in anew. Raises BadCatalogueFile where the file
    breaks off; what is before it stays. Raises ImportMovedOn when another process takes in the same file.
    """
    async with db.write() as tx:
        row = await imports.begin_import.one(
            tx, CatalogueImportId(uuid7()), file.fingerprint, file.kind, file.name, tx.now
        )
        if anew:
            await imports.forget_rejects.run(tx, row.id)
            await imports.start_again.run(tx, row.id, tx.now)
            row = await imports.locked_import.one(tx, row.id)
    moved = 0
    if row.finished_at is None:
        if row.rows_done:
            tell(f"{file.name}: goes on behind row {row.rows_done:,}")
        if file.kind == "wines":
            await _import_wines(db, settings, file, row, tell)
        else:
            await _import_whole(db, file, row, tell)
        async with db.write(timeout=_SECONDS) as tx:
            await writing.lock_catalogue.one(tx)
            moved = await settle(tx)
            row = await imports.finish_import.one(tx, row.id, tx.now)
    async with db.read() as tx:
        return ImportReport(row, await imports.reasons_of.many(tx, row.id, _REASONS_MOST), moved)


class _Batch(Struct):
    """The rows of a file that go into one transaction. `done` counts those that were read."""

    wines: list[GivenWine] = []
    rejects: Rejects = []
    done: int = 0


async def _import_wines(
    db: Database, settings: WineSettings, file: CatalogueFile, row: ImportRow, tell: Tell
) -> None:  # fmt: skip
    at, batch = row.rows_done, _Batch()
    try:
        for number, cells in file.rows(behind=row.rows_done):
            batch.done += 1
            try:
                if cells is None:
                    raise SetAside("other columns than the header")
                batch.wines.append(xwines.read_wine(cells, settings.import_vintages))
            except SetAside as aside:
                batch.rejects.append((number, str(aside)))
            if batch.done == settings.import_batch:
                at, batch = await _save(db, file, row, at, batch, tell), _Batch()
    except BadCatalogueFile:
        if batch.done:  # what stands before the place where the file breaks off
            await _save(db, file, row, at, batch, tell)
        raise
    if batch.done:
        await _save(db, file, row, at, batch, tell)


async def _save(db: Database, file: CatalogueFile, row: ImportRow, at: int, batch: _Batch, tell: Tell) -> int:
    """Write a batch and its mark; return the row that the import has come to."""
    async with db.write(timeout=_SECONDS) as tx:
        await _check_place(tx, file, row.id, at)
        put = await put_wines(tx, xwines.SOURCE, batch.wines)
        await _mark(tx, row.id, batch.done, put, batch.rejects)
    done = at + batch.done
    tell(f"{file.name}: {done:,} rows, {put.added:,} of the last {batch.done:,} new")
    return done


async def _import_whole(db: Database, file: CatalogueFile, row: ImportRow, tell: Tell) -> None:
    """Take in ratings or areas: read all, then write all in one transaction, for each row counts with the others."""
    done = 0
    if file.kind == "ratings":
        counted = count_ratings(file, tell)
        async with db.write(timeout=_SECONDS) as tx:
            await _check_place(tx, file, row.id, row.rows_done)
            put, unknown = await put_ratings(tx, xwines.SOURCE, counted)
            await _mark(tx, row.id, counted.rows, put, [*counted.rejects, *unknown])
        return
    areas: list[ava.Area] = []
    rejects: Rejects = []
    for number, cells in file.rows():
        done += 1
        try:
            if cells is None:
                raise SetAside("other columns than the header")
            areas.append(ava.read_area(cells))
        except SetAside as aside:
            rejects.append((number, str(aside)))
    async with db.write(timeout=_SECONDS) as tx:
        await _check_place(tx, file, row.id, row.rows_done)
        put, unresolved = await put_areas(tx, areas)
        rejects += [(done, f"{one.area} lies within {one.within}, which no row is") for one in unresolved]
        await _mark(tx, row.id, done, put, rejects)


async def _check_place(tx: Transaction, file: CatalogueFile, id: CatalogueImportId, at: int) -> None:
    """Raises ImportMovedOn unless the import is where this process left it."""
    locked = await imports.locked_import.one(tx, id)
    if locked.rows_done != at or locked.finished_at is not None:
        raise ImportMovedOn(file=file.name)


async def _mark(
    tx: Transaction, id: CatalogueImportId, done: int, put: Put, rejects: Sequence[tuple[int, str]]
) -> None:
    if rejects:
        await imports.add_rejects.run(tx, id, [number for number, _ in rejects], [reason for _, reason in rejects])
    await imports.move_on.run(tx, id, done, put.added, put.changed, put.known, len(rejects))
