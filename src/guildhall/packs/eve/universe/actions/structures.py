"""The names of structures: each pilot's own, for only who may dock there may know them."""

from datetime import timedelta

from msgspec import Struct

from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.packs.eve.sections.schemas import Standing
from guildhall.packs.eve.universe.queries import structures
from guildhall.packs.eve.upstream.client import Esi, Pilot
from guildhall.packs.eve.upstream.errors import EsiForbade, TokenRefused
from guildhall.packs.eve.upstream.routes import STRUCTURE
from guildhall.packs.eve.upstream.schemas import Id

NAMING = frozenset({"orders", "order_history", "industry", "location"})
"""Sections whose rows name structures."""
_AT_ONCE = 5
"""Structures that one sync looks up: the route counts errors, and each pilot may be forbidden many."""
_FORBIDDEN = timedelta(days=3)
_KNOWN = timedelta(days=7)


class _Structure(Struct, frozen=True):
    name: str
    owner_id: Id
    solar_system_id: Id
    type_id: Id | None = None


_DECODER = Rows(_Structure)


async def name_structures(db: Database, esi: Esi, standing: Standing, pilot: Pilot) -> int:
    """Look up some of the structures that the pilot's rows name and nobody has looked up for them; how many were.

    One that is forbidden is not asked for again for days: asking for those over and over gets an address banned.
    """
    if STRUCTURE.scope not in standing.scopes:
        return 0
    async with db.read() as tx:
        wanted = await structures.unnamed.many(tx, standing.id, tx.now, tx.now - _KNOWN, _AT_ONCE)
    named = 0
    for structure_id in wanted:
        try:
            # The address is the same for all pilots, but what it says is not: it is remembered by pilot.
            answer = await esi.get(STRUCTURE, f"/universe/structures/{structure_id}", pilot)
            found = esi.decode(STRUCTURE, answer, _DECODER)
        except (EsiForbade, UpstreamNotFound):
            async with db.write() as tx:
                until = tx.now + _FORBIDDEN
                await structures.forbid.run(tx, standing.id, standing.user_id, structure_id, tx.now, until)
            continue
        except (Unavailable, TokenRefused):
            break
        async with db.write() as tx:
            await structures.name.run(
                tx, standing.id, standing.user_id, structure_id, found.name, found.solar_system_id, found.type_id,
                found.owner_id, tx.now,
            )  # fmt: skip
        named += 1
    return named
