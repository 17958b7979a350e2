"""Colonies and their layouts."""

from datetime import datetime

from msgspec import Struct

from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Transaction
from guildhall.errors import Unavailable
from guildhall.packs.eve.planets import queries
from guildhall.packs.eve.planets.schemas.stored import Extractor, GivenLayout, GivenPlanet, KnownPlanet
from guildhall.packs.eve.sections import rows
from guildhall.packs.eve.sections.asking import Asking, Change, Fetched
from guildhall.packs.eve.upstream import routes

_PLANETS = Rows(list[GivenPlanet])
_LAYOUT = Rows(GivenLayout)


class _Layout(Struct, frozen=True):
    """A colony's layout as it came, what of it is stored in rows, and until when it holds."""

    planet_id: int
    raw: bytes
    extractors: list[Extractor]
    of: datetime
    expires_at: datetime


async def fetch_planets(asking: Asking) -> Fetched:
    """Colonies, and the layout of each that was modified. The change is of lists of Extractor.

    A layout only changes when its owner changes it, which the list's last_update tells; so it is not asked else.
    The section's cursor counts the layouts that could not be fetched yet.
    """
    me = asking.standing
    base = f"/characters/{me.character_id}/planets"
    answer = await asking.get_if_changed(routes.PLANETS, base)
    if asking.same(answer) and not asking.known.cursor:
        return asking.unchanged(answer)
    async with asking.db.read() as tx:
        known = {planet.planet_id: planet for planet in await queries.planets.many(tx, me.id)}
    given = None if answer.body is None else asking.decode(routes.PLANETS, answer, _PLANETS)
    updated = (
        {one.planet_id: one.last_update for one in known.values()}
        if given is None
        else {one.planet_id: one.last_update for one in given}
    )
    layouts, missing = await _layouts(asking, base, known, updated)

    async def store(tx: Transaction) -> Change:
        before = await queries.extractors.many(tx, me.id)
        if given is not None:
            await rows.save["planets"].run(tx, me.id, me.user_id, rows.encoded(given))
            if not asking.odd:
                await rows.keep_only["planets"].run(tx, me.id, list(updated))
                await rows.forget_colonies.run(tx, me.id, list(updated))
        for one in layouts:
            await queries.save_layout.run(tx, me.id, one.planet_id, one.raw, one.of, one.expires_at)
            await rows.save["extractors"].run(tx, me.id, me.user_id, rows.encoded(one.extractors))
            pins = [extractor.pin_id for extractor in one.extractors]
            if not asking.odd:
                await rows.keep_only_pins.run(tx, me.id, one.planet_id, pins)
        return Change(before, await queries.extractors.many(tx, me.id))

    return asking.changed(answer, store, cursor=missing)


async def _layouts(
    asking: Asking, base: str, known: dict[int, KnownPlanet], updated: dict[int, datetime]
) -> tuple[list[_Layout], int]:
    """The layouts that are not of the colony's last change, and how many of them could not be had."""
    found: list[_Layout] = []
    missing = 0
    for planet_id, last_update in updated.items():
        old = known.get(planet_id)
        if old is not None and old.layout_of == last_update:
            continue
        missing += 1
        if old is not None and old.layout_expires_at is not None and old.layout_expires_at > asking.esi.clock.now():
            continue
        try:
            answer = await asking.get(routes.PLANET, f"{base}/{planet_id}")
            layout = asking.decode(routes.PLANET, answer, _LAYOUT)
        except (Unavailable, UpstreamNotFound):
            continue
        missing -= 1
        extractors = [
            Extractor(
                planet_id, pin.pin_id, pin.type_id, pin.extractor_details.product_type_id,
                pin.extractor_details.cycle_time, pin.extractor_details.qty_per_cycle, pin.install_time,
                pin.expiry_time,
            )
            for pin in layout.pins
            if pin.extractor_details is not None
        ]  # fmt: skip
        found.append(_Layout(planet_id, answer.body or b"{}", extractors, last_update, answer.expires_at))
    return found, missing
