"""Records imported one by one, each whole or not at all."""

from collections import Counter
from time import monotonic
from typing import Any

import msgspec

from guildhall.db.policies import Viewer
from guildhall.db.pool import Database, Transaction
from guildhall.errors import GuildhallError, Unavailable
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.packs.poe2.transfer.actions import sessions, snapshots, templates
from guildhall.packs.poe2.transfer.actions.records import known_before, note
from guildhall.packs.poe2.transfer.errors import ImportFull, TooManyRecords
from guildhall.packs.poe2.transfer.queries import records as queries
from guildhall.packs.poe2.transfer.rules.records import LONGEST_KEY, Record, record_hash, records_of, refusal_of
from guildhall.packs.poe2.transfer.schemas import ImportReport, RecordReport


async def import_records(db: Database, viewer: Viewer, file: dict[str, Any], settings: Poe2Settings) -> ImportReport:
    """Import the records of a file for a person; one that is refused takes no other down.

    A record that was imported before is known by its content, so that a file that broke off is sent again. What the
    settings' seconds are too short for is `left` for the next time. Raises TooManyRecords.
    """
    records = list(records_of(file))
    if len(records) > settings.import_records_most:
        raise TooManyRecords(most=settings.import_records_most)
    refused = [_refusal(record) for record in records]
    hashes = [
        record_hash(record.kind, record.value) if why is None else b""
        for record, why in zip(records, refused, strict=True)
    ]
    async with db.read(viewer) as tx:
        known = {one.record_hash: one.item_id for one in await queries.known_records.many(tx, viewer.id, hashes)}
    reports: list[RecordReport] = []
    until, begun = monotonic() + settings.import_seconds, False
    for record, why, hashed in zip(records, refused, hashes, strict=True):
        if why is not None:
            reports.append(RecordReport(record.place, record.kind, "refused", code="bad_record", detail=why))
        elif hashed in known:
            reports.append(RecordReport(record.place, record.kind, "known", known[hashed]))
        elif begun and monotonic() > until:
            reports.append(RecordReport(record.place, record.kind, "left"))
        else:
            reports.append(await _import(db, viewer, record, hashed, settings))
            begun = True
    counts = Counter(one.outcome for one in reports)
    return ImportReport(counts["added"], counts["known"], counts["kept"], counts["refused"], counts["left"], reports)


def _refusal(record: Record) -> str | None:
    if not record.is_ours and not 1 <= len(record.kind) <= LONGEST_KEY:
        return f"A key has 1 to {LONGEST_KEY} characters."
    return refusal_of([record.kind, record.value])


async def _import(db: Database, viewer: Viewer, record: Record, hashed: bytes, settings: Poe2Settings) -> RecordReport:
    try:
        if not record.is_ours:
            async with db.write(viewer) as tx:
                return await _keep(tx, record, hashed, settings)
        if record.kind == "template":
            return await templates.import_template(db, viewer, record, hashed, settings)
        if record.kind == "snapshot":
            return await snapshots.import_snapshot(db, viewer, record, hashed, settings)
        return await sessions.import_session(db, viewer, record, hashed, settings)
    except msgspec.ValidationError as error:
        return RecordReport(record.place, record.kind, "refused", code="bad_record", detail=str(error)[:500])
    except Unavailable:
        raise
    except GuildhallError as error:
        return RecordReport(record.place, record.kind, "refused", code=error.code, detail=str(error))


async def _keep(tx: Transaction, record: Record, hashed: bytes, settings: Poe2Settings) -> RecordReport:
    """Keep a record of a kind that nothing is made of."""
    if (known := await known_before(tx, record, hashed)) is not None:
        return known
    if await queries.kept_count.one(tx, tx.viewer.id) >= settings.import_kept_most:
        raise ImportFull(most=settings.import_kept_most)
    await note(tx, record, hashed, None, data=[record.value])
    return RecordReport(record.place, record.kind, "kept")
