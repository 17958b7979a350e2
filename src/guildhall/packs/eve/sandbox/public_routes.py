"""The routes of what everybody may know: New Eden, the server itself."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from guildhall.packs.eve.sandbox import kinds, scopes
from guildhall.packs.eve.sandbox.answers import Page, Refused
from guildhall.packs.eve.sandbox.catalogue import (
    AGENTS,
    CONSTELLATIONS,
    CORPORATIONS,
    PLANETS,
    REGIONS,
    SCHEMATICS,
    STATIONS,
    SYSTEMS,
    things,
)
from guildhall.packs.eve.sandbox.clock import iso
from guildhall.packs.eve.sandbox.routes import META, NEWEST, OLDEST, STATUS, Ask, Route
from guildhall.sandbox.clock import DAY, HOUR

_TYPES_ROWS = 1000
_CHANGES = ("2025-09-26", "2025-11-06", "2025-12-16", "2026-06-09", NEWEST)
_NOTHING_FOUND = "Ensure all IDs are valid before resolving."


def _type(ask: Ask) -> Page:
    thing = things(ask.options.recordings).get(ask.number("type_id"))
    if thing is None:
        raise Refused(404, "Type not found!")
    row: dict[str, Any] = {
        "capacity": 0.0,
        "description": f"{thing.name}.",
        "group_id": thing.group_id,
        "mass": 1.0,
        "name": thing.name,
        "packaged_volume": thing.volume,
        "portion_size": 1,
        "published": True,
        "radius": 1.0,
        "type_id": thing.id,
        "volume": thing.volume,
    }
    if thing.market_group_id is not None:
        row["market_group_id"] = thing.market_group_id
    return Page(row)


@cache
def _named(recordings: Path | None) -> dict[int, tuple[str, str]]:
    """Return all names but the pilots': category of /universe/names and name by id."""
    named = {one: ("character", name) for one, name in AGENTS.items()}
    named |= {one: ("corporation", name) for one, name in CORPORATIONS.items()}
    named |= {thing.id: ("inventory_type", thing.name) for thing in things(recordings).values()}
    named |= {system.id: ("solar_system", system.name) for system in SYSTEMS.values()}
    named |= {one: ("constellation", name) for one, name in CONSTELLATIONS.items()}
    named |= {one: ("region", name) for one, name in REGIONS.items()}
    return named | {one: ("station", name) for one, (name, _) in STATIONS.items()}


def _names(ask: Ask) -> Page:
    known, pilots = _named(ask.options.recordings), ask.world.pilots
    rows = []
    for one in ask.numbers():
        found = ("character", pilots[one].name) if one in pilots else known.get(one)
        if found is None:
            raise Refused(404, _NOTHING_FOUND)
        rows.append({"category": found[0], "id": one, "name": found[1]})
    return Page(rows)


def _ids(ask: Ask) -> Page:
    try:
        wanted = {name.casefold() for name in msgspec.json.decode(ask.body, type=list[str])}
    except msgspec.DecodeError as error:
        raise Refused(400, f"Invalid request body: {error}") from None
    if not 1 <= len(wanted) <= 500:
        raise Refused(400, "The list must have between 1 and 500 items")
    found: dict[str, list[dict[str, Any]]] = {}
    plurals = {"solar_system": "systems"}
    pilots = {pilot.id: ("character", pilot.name) for pilot in ask.world.pilots.values()}
    for one, (category, name) in (pilots | _named(ask.options.recordings)).items():
        if name.casefold() in wanted:
            found.setdefault(plurals.get(category, f"{category}s"), []).append({"id": one, "name": name})
    return Page(found)


def _structure_page(ask: Ask) -> Page:
    structure = ask.structure()
    return Page(
        {
            "name": structure.name,
            "owner_id": structure.owner_id,
            "position": {"x": 1.2e11, "y": -3.4e10, "z": 5.6e11},
            "solar_system_id": structure.system_id,
            "type_id": structure.type_id,
        }
    )


def _system(ask: Ask) -> Page:
    system = SYSTEMS.get(ask.number("system_id"))
    if system is None:
        raise Refused(404, "Solar system not found!")
    x, y, z = system.position
    row: dict[str, Any] = {
        "constellation_id": system.constellation_id,
        "name": system.name,
        "planets": [{"planet_id": planet} for planet in system.planets],
        "position": {"x": x, "y": y, "z": z},
        "security_status": system.security,
        "system_id": system.id,
    }
    if system.stations:
        row["stations"] = list(system.stations)
    return Page(row)


def _planet(ask: Ask) -> Page:
    planet = PLANETS.get(ask.number("planet_id"))
    if planet is None:
        raise Refused(404, "Planet not found!")
    x, y, z = planet.position
    return Page(
        {
            "name": planet.name,
            "planet_id": planet.id,
            "position": {"x": x, "y": y, "z": z},
            "system_id": planet.system_id,
            "type_id": planet.type_id,
        }
    )


def _schematic(ask: Ask) -> Page:
    found = SCHEMATICS.get(ask.number("schematic_id"))
    if found is None:
        raise Refused(404, "Schematic not found!")
    return Page({"cycle_time": found[1], "schematic_name": found[0]})


def _status(ask: Ask) -> Page:
    start = (int(ask.now) - 11 * HOUR) // DAY * DAY + 11 * HOUR
    draw = ask.world.dice.roll(kinds.PRICES, 0, int(ask.now) // 600)
    row: dict[str, Any] = {
        "players": 18_000 + draw[0] % 9000,
        "server_version": "3142455",
        "start_time": iso(start + 120),
    }
    if ask.world.vip:
        row["vip"] = True
    return Page(row)


def _compatibility_dates(_: Ask) -> Page:
    return Page({"compatibility_dates": [OLDEST, *_CHANGES]})


def _changelog(_: Ask) -> Page:
    return Page({"changelog": {date: [] for date in reversed(_CHANGES)}})


UNIVERSE_ROUTES = (
    Route(
        "GET",
        "/universe/types",
        lambda ask: Page(list(things(ask.options.recordings))),
        None,
        "daily",
        rows=_TYPES_ROWS,
    ),
    Route("GET", "/universe/types/{type_id}", _type, None, "daily", language=True),
    Route("POST", "/universe/names", _names),
    Route("POST", "/universe/ids", _ids, language=True),
    Route("GET", "/universe/structures/{structure_id}", _structure_page, scopes.STRUCTURES, 3600),
    Route("GET", "/universe/systems/{system_id}", _system, None, "daily", language=True),
    Route("GET", "/universe/planets/{planet_id}", _planet, None, "daily"),
    Route("GET", "/universe/schematics/{schematic_id}", _schematic, None, 3600),
)
SERVER_ROUTES = (
    Route("GET", "/status", _status, None, 30, STATUS),
    Route("GET", "/meta/compatibility-dates", _compatibility_dates, None, 600, META, event=True, awake=True),
    Route("GET", "/meta/changelog", _changelog, None, 600, META, event=True, since="2025-09-26", awake=True),
)
