"""Records imported one by one, each whole or not at all; and the file of an export."""

from collections import Counter
from typing import Any

import msgspec

from guildhall.db.policies import Viewer
from guildhall.db.pool import Database, Transaction
from guildhall.errors import GuildhallError, Unavailable
from guildhall.ids import uuid7
from guildhall.packs.poe2.builds.actions.adding import add_build, title_of
from guildhall.packs.poe2.builds.actions.editing import edit_build
from guildhall.packs.poe2.builds.api.builds import limits_of
from guildhall.packs.poe2.builds.rules.content import Content
from guildhall.packs.poe2.builds.schemas.requests import BuildChange, BuildRequest, ContentRequest
from guildhall.packs.poe2.builds.views.contents import read_content
from guildhall.packs.poe2.ids import SnapshotId
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.packs.poe2.transfer import queries
from guildhall.packs.poe2.transfer.errors import ImportFull, TooManyRecords
from guildhall.packs.poe2.transfer.rules import FORMAT, Record, record_hash, records_of
from guildhall.packs.poe2.transfer.schemas import ImportReport, RecordReport, SnapshotRecord, Template, TemplateVersion
from guildhall.text import clean_line


async def import_records(db: Database, viewer: Viewer, file: dict[str, Any], settings: Poe2Settings) -> ImportReport:
    """Import the records of a file for a person; one that is refused takes no other down.

    A record that was imported before is known by its content, so that a file that broke off is sent again. Raises
    TooManyRecords.
    """
    records = list(records_of(file))
    if len(records) > settings.import_records_most:
        raise TooManyRecords(most=settings.import_records_most)
    reports = [await _import(db, viewer, record, settings) for record in records]
    counts = Counter(one.outcome for one in reports)
    return ImportReport(counts["added"], counts["known"], counts["kept"], counts["refused"], reports)


async def _import(db: Database, viewer: Viewer, record: Record, settings: Poe2Settings) -> RecordReport:
    hashed = record_hash(record.kind, record.value)
    try:
        if record.kind == "template":
            template = msgspec.convert(record.value, Template, strict=False)
            contents = [await read_content(one, settings) for one in _contents(template)]
            async with db.write(viewer) as tx:
                return await _template(tx, record, hashed, template, contents, settings)
        if record.kind == "snapshot":
            snapshot = msgspec.convert(record.value, SnapshotRecord, strict=False)
            async with db.write(viewer) as tx:
                return await _snapshot(tx, record, hashed, snapshot)
        async with db.write(viewer) as tx:
            return await _other(tx, record, hashed, settings)
    except msgspec.ValidationError as error:
        return RecordReport(record.place, record.kind, "refused", code="bad_record", detail=str(error))
    except Unavailable:
        raise
    except GuildhallError as error:
        return RecordReport(record.place, record.kind, "refused", code=error.code, detail=str(error))


def _contents(template: Template) -> list[ContentRequest]:
    """Return the contents of a build's versions, oldest first."""
    versions = template.versions or [TemplateVersion(template.code, template.build, template.calculator)]
    return [ContentRequest(one.code, one.build, one.calculator, one.changes) for one in versions]


async def _known(tx: Transaction, record: Record, hashed: bytes) -> RecordReport | None:
    """Lock the importer; return the report of a record that was imported before."""
    await queries.lock_importer.one(tx, tx.viewer.id)
    if await queries.imported.one_or_none(tx, tx.viewer.id, hashed):
        return RecordReport(record.place, record.kind, "known")
    return None


async def _template(
    tx: Transaction,
    record: Record,
    hashed: bytes,
    template: Template,
    contents: list[Content],
    settings: Poe2Settings,
) -> RecordReport:
    if (known := await _known(tx, record, hashed)) is not None:
        return known
    first, last = contents[0], contents[-1]
    title = clean_line(template.title or title_of(last), 1, 255)
    there = await queries.same_build.one_or_none(tx, tx.viewer.id, title, last.hash)
    if there is not None:
        await queries.add_record.run(tx, tx.viewer.id, hashed, record.kind, there, None, tx.now)
        return RecordReport(record.place, record.kind, "known", there)
    limits = limits_of(settings)
    said = _contents(template)
    wanted = BuildRequest(
        content=said[0], title=title, description=template.description, character_name=template.character_name,
        league=template.league, patch_version=template.patch_version, complexity=template.complexity,
        tags=template.tags, language=template.language,
    )  # fmt: skip
    build = await add_build(tx, wanted, first, limits)
    for content, request in zip(contents[1:], said[1:], strict=True):
        build, _ = await edit_build(tx, build.id, BuildChange(build.revision, request), content, (), limits)
    await queries.add_record.run(tx, tx.viewer.id, hashed, record.kind, build.id, None, tx.now)
    return RecordReport(record.place, record.kind, "added", build.id)


async def _snapshot(tx: Transaction, record: Record, hashed: bytes, given: SnapshotRecord) -> RecordReport:
    if (known := await _known(tx, record, hashed)) is not None:
        return known
    name = clean_line(given.character_name, 1, 255)
    there = await queries.same_snapshot.one_or_none(tx, tx.viewer.id, name, given.snapshot_at)
    item = there or SnapshotId(uuid7())
    if there is None:
        await queries.add_imported_snapshot.run(
            tx, item, tx.viewer.id, name, given.class_name, given.ascendancy, given.level, given.league,
            given.experience, given.stats, given.calculated_dps, given.calculated_ehp, given.snapshot_at,
        )  # fmt: skip
    await queries.add_record.run(tx, tx.viewer.id, hashed, record.kind, item, None, tx.now)
    return RecordReport(record.place, record.kind, "known" if there else "added", item)


async def _other(tx: Transaction, record: Record, hashed: bytes, settings: Poe2Settings) -> RecordReport:
    """Keep a record of a kind that nothing is made of."""
    if (known := await _known(tx, record, hashed)) is not None:
        return known
    if await queries.kept_count.one(tx, tx.viewer.id) >= settings.import_kept_most:
        raise ImportFull(most=settings.import_kept_most)
    await queries.add_record.run(tx, tx.viewer.id, hashed, record.kind, None, [record.value], tx.now)
    return RecordReport(record.place, record.kind, "kept")


async def export_file(tx: Transaction) -> dict[str, Any]:
    """Return everything of the viewer that an import reads again: builds with all versions, snapshots, kept records."""
    viewer = tx.viewer.id
    file: dict[str, Any] = {
        "format": FORMAT,
        "version": 1,
        "templates": await queries.exported_templates.many(tx, viewer),
        "snapshots": await queries.exported_snapshots.many(tx, viewer),
    }
    for one in await queries.kept_records.many(tx, viewer):
        file.setdefault(one.kind, []).extend(one.data)
    return file
