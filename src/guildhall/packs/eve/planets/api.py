"""Colonies of a character."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from litestar import Response

from guildhall.pack import WebPart
from guildhall.packs.eve.characters.parameters import CHARACTER, READ, CharacterText
from guildhall.packs.eve.characters.reading import reading_for, with_age
from guildhall.packs.eve.planets import queries
from guildhall.packs.eve.planets.schemas.views import Extractor, ExtractorRow, Planet, PlanetRow, Planets
from guildhall.web.route import Read, Routes

routes = Routes("/api/v1/eve")


@routes.get("/characters/{character_id:str}/planets", scope=READ, raises=CHARACTER)
async def get_planets(character_id: CharacterText, tx: Read) -> Response[Planets]:
    """Planetary colonies of a character.

    Return the colonies with their extractors, and the rest of each program at the moment `now`.
    """
    at = await reading_for(tx, character_id, "planets")
    planets = await queries.shown_planets.many(tx, at.character.id)
    extractors = await queries.shown_extractors.many(tx, at.character.id)
    now = tx.now
    return with_age(Planets(now, shown_colonies(planets, extractors, now), at.as_of, at.age), at.age)


def _extractor(row: ExtractorRow, now: datetime) -> Extractor:
    return Extractor(
        row.pin_id, row.type_id, row.product_type_id, row.product_name, row.cycle_time, row.qty_per_cycle,
        row.install_time, row.expiry_time, row.expiry_time is None or row.expiry_time <= now,
        None if row.expiry_time is None else max(0, round((row.expiry_time - now).total_seconds())),
    )  # fmt: skip


def shown_colonies(planets: Sequence[PlanetRow], extractors: Sequence[ExtractorRow], now: datetime) -> list[Planet]:
    """Colonies with their extractors at a moment."""
    by_planet: dict[int, list[Extractor]] = defaultdict(list)
    for row in extractors:
        by_planet[row.planet_id].append(_extractor(row, now))
    return [
        Planet(
            planet.planet_id, planet.planet_type, planet.solar_system_id, planet.solar_system_name,
            planet.upgrade_level, planet.num_pins, planet.last_update, by_planet[planet.planet_id],
            min(
                (pin.expiry_time for pin in by_planet[planet.planet_id] if pin.expiry_time and pin.expiry_time > now),
                default=None,
            ),
        )
        for planet in planets
    ]  # fmt: skip


WEB = WebPart(routes=routes)
