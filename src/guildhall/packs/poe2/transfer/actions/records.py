"""Records that were imported: known again, and noted."""

from typing import Any
from uuid import UUID

from guildhall.db.pool import Transaction
from guildhall.packs.poe2.transfer.queries import records as queries
from guildhall.packs.poe2.transfer.rules.records import Record
from guildhall.packs.poe2.transfer.schemas import RecordReport


async def known_before(tx: Transaction, record: Record, hashed: bytes) -> RecordReport | None:
    """Lock the importer; return the report of a record that was imported before and whose item is still there."""
    await queries.lock_importer.one(tx, tx.viewer.id)
    found = await queries.known_records.one_or_none(tx, tx.viewer.id, [hashed])
    return None if found is None else RecordReport(record.place, record.kind, "known", found.item_id)


async def note(
    tx: Transaction, record: Record, hashed: bytes, item: UUID | None, *, data: Any = None, extra: Any = None
) -> None:
    """Remember a record: the item that it became and its fields that nothing was made of, or the record itself."""
    await queries.put_record.run(tx, tx.viewer.id, hashed, record.kind, item, data, extra, tx.now)
