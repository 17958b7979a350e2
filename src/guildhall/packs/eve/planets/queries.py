"""Colonies of a character."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.planets.schemas.stored import Extractor, KnownPlanet
from guildhall.packs.eve.planets.schemas.views import ExtractorRow, PlanetRow


@rows(
    PlanetRow,
    """
    select p.planet_id, p.planet_type, p.solar_system_id, n.name as solar_system_name, p.upgrade_level, p.num_pins,
           p.last_update
    from eve.planets p
    left join eve.names n on n.id = p.solar_system_id
    where p.character = :character
    order by p.planet_id
    """,
)
def shown_planets(character: CharacterId) -> None: ...


@rows(
    ExtractorRow,
    """
    select e.planet_id, e.pin_id, e.type_id, e.product_type_id, t.name as product_name, e.cycle_time,
           e.qty_per_cycle, e.install_time, e.expiry_time
    from eve.extractors e
    left join eve.names t on t.id = e.product_type_id
    where e.character = :character
    order by e.planet_id, e.pin_id
    """,
)
def shown_extractors(character: CharacterId) -> None: ...


@rows(
    KnownPlanet,
    "select planet_id, last_update, layout_of, layout_expires_at from eve.planets where character = :character",
)
def planets(character: CharacterId) -> None: ...


@command(
    """
    update eve.planets set layout = :layout::json::jsonb, layout_of = :layout_of, layout_expires_at = :layout_expires_at
    where character = :character and planet_id = :planet
    """,
)
def save_layout(
    character: CharacterId, planet: int, layout: bytes, layout_of: datetime, layout_expires_at: datetime
) -> None: ...


@rows(
    Extractor,
    """
    select planet_id, pin_id, type_id, product_type_id, cycle_time, qty_per_cycle, install_time, expiry_time
    from eve.extractors where character = :character order by planet_id, pin_id
    """,
)
def extractors(character: CharacterId) -> None: ...
