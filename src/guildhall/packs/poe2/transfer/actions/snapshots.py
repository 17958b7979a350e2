"""Snapshots of characters out of records."""

from decimal import Decimal

import msgspec

from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.ids import uuid7
from guildhall.packs.poe2.codes.rules.classes import named_class
from guildhall.packs.poe2.ids import SnapshotId
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.packs.poe2.transfer.actions.records import known_before, note
from guildhall.packs.poe2.transfer.errors import TooManySnapshots
from guildhall.packs.poe2.transfer.queries import records as queries
from guildhall.packs.poe2.transfer.rules.leftovers import leftovers, respelled
from guildhall.packs.poe2.transfer.rules.records import Record
from guildhall.packs.poe2.transfer.schemas import RecordReport, SnapshotRecord
from guildhall.text import clean_line

_FIELDS = SnapshotRecord.__struct_encode_fields__


async def import_snapshot(
    db: Database, viewer: Viewer, record: Record, hashed: bytes, settings: Poe2Settings
) -> RecordReport:
    """Remember a snapshot beside those of watched characters.

    Raises msgspec.ValidationError, BadText, TooManySnapshots.
    """
    value = respelled(record.value, _FIELDS, {})
    given = msgspec.convert(value, SnapshotRecord, strict=False)
    extra = leftovers(value, msgspec.to_builtins(given))
    name = clean_line(given.character_name, 1, 255)
    called = named_class(given.class_name, given.ascendancy)
    async with db.write(viewer) as tx:
        if (known := await known_before(tx, record, hashed)) is not None:
            return known
        there = await queries.same_snapshot.one_or_none(
            tx, viewer.id, name, given.snapshot_at, given.level, given.experience
        )
        item = there or SnapshotId(uuid7())
        if there is None:
            most = settings.import_snapshots_most
            if await queries.snapshot_count.one(tx, viewer.id, most) >= most:
                raise TooManySnapshots(most=most)
            await queries.add_imported_snapshot.run(
                tx, item, viewer.id, name, called.class_name, called.ascendancy, given.level, given.league,
                given.experience, given.stats, _decimal(given.calculated_dps),
                _decimal(given.calculated_ehp), given.snapshot_at,
            )  # fmt: skip
        await note(tx, record, hashed, item, extra=extra)
        return RecordReport(record.place, record.kind, "known" if there else "added", item)


def _decimal(figure: float | None) -> Decimal | None:
    """Return a figure with every digit that it has: PostgreSQL's own cast keeps 15."""
    return None if figure is None else Decimal(repr(figure))
