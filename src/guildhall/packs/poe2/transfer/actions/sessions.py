"""Crafting sessions out of records."""

import msgspec

from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.poe2.crafting.actions.carrying import carry_session
from guildhall.packs.poe2.crafting.api.sessions import limits_of
from guildhall.packs.poe2.crafting.schemas.carried import CarriedSession, CarriedStep
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.packs.poe2.transfer.actions.records import known_before, note
from guildhall.packs.poe2.transfer.rules.leftovers import leftovers, respelled
from guildhall.packs.poe2.transfer.rules.records import Record
from guildhall.packs.poe2.transfer.schemas import RecordReport

_FIELDS = CarriedSession.__struct_fields__
_LISTS = {"steps": CarriedStep.__struct_fields__}


async def import_session(
    db: Database, viewer: Viewer, record: Record, hashed: bytes, settings: Poe2Settings
) -> RecordReport:
    """Store a crafting session with its steps. Raises msgspec.ValidationError, and what `carry_session` raises."""
    value = respelled(record.value, _FIELDS, _LISTS)
    given = msgspec.convert(value, CarriedSession, strict=False)
    extra = leftovers(value, msgspec.to_builtins(given))
    async with db.write(viewer) as tx:
        if (known := await known_before(tx, record, hashed)) is not None:
            return known
        carried = await carry_session(tx, given, settings.market_price_hours, limits_of(settings))
        await note(tx, record, hashed, carried.id, extra=extra)
        return RecordReport(record.place, record.kind, "added" if carried.is_new else "known", carried.id)
