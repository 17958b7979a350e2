"""The routes of what everybody may know: markets, New Eden, the server itself."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from guildhall.packs.eve.sandbox import kinds, orders, scopes
from guildhall.packs.eve.sandbox.answers import Page, Refused
from guildhall.packs.eve.sandbox.catalogue import (
    AGENTS,
    CONSTELLATIONS,
    CORPORATIONS,
    PLANETS,
    REGIONS,
    SCHEMATICS,
    STATIONS,
    STRUCTURES,
    SYSTEMS,
    TRADED,
    Structure,
    Thing,
    region_of,
    things,
)
from guildhall.packs.eve.sandbox.clock import DAY, HOUR, iso
from guildhall.packs.eve.sandbox.routes import MARKET_ORDER, META, NEWEST, OLDEST, STATUS, Ask, Route

_MARKET_ROWS = 1000
_SHOWN_PILOTS = 50
_HISTORY_DAYS = 400
_CHANGES = ("2025-09-26", "2025-11-06", "2025-12-16", "2026-06-09", NEWEST)
_NOTHING_FOUND = "Ensure all IDs are valid before resolving."


def _type(ask: Ask) -> Page:
    thing = _things(ask).get(ask.number("type_id"))
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


def _things(ask: Ask) -> dict[int, Thing]:
    return things(ask.options.recordings)


@cache
def _named(recordings: Path | None) -> dict[int, tuple[str, str]]:
    """Everything but the pilots that has a name: category of /universe/names and name by id."""
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


def _structure(ask: Ask) -> Structure:
    structure = STRUCTURES.get(ask.number("structure_id"))
    if structure is None or ask.who.index % 2 not in structure.open_to:
        # An unknown structure looks like one without access.
        raise Refused(403, "Forbidden")
    return structure


def _structure_page(ask: Ask) -> Page:
    structure = _structure(ask)
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


def _region(ask: Ask) -> int:
    region = ask.number("region_id")
    if region not in REGIONS:
        raise Refused(404, "Region not found!")
    return region


def _market_orders(ask: Ask) -> Page:
    region, kind = _region(ask), ask.request.query.get("order_type")
    if kind not in ("buy", "sell", "all"):
        raise Refused(400, "Invalid value for parameter order_type")
    wanted = ask.query_number("type_id")
    rows = [*_strangers(ask, region, wanted), *_own_on_market(ask, region)]
    return Page(
        [
            row
            for row in rows
            if (kind == "all" or row["is_buy_order"] == (kind == "buy")) and wanted in (None, row["type_id"])
        ]
    )


def _strangers(ask: Ask, region: int, wanted: int | None) -> list[dict[str, Any]]:
    """Forty orders of every traded type; prices move by the hour."""
    hour = int(ask.now) // HOUR
    stations = [one for one, (_, system) in STATIONS.items() if SYSTEMS[system].region_id == region]
    if not stations:
        return []
    rows = []
    for thing in TRADED:
        if wanted not in (None, thing.id):
            continue
        move = ask.world.dice.roll(kinds.MARKET, thing.id, hour)
        for place in range(40):
            draw = ask.world.dice.roll(kinds.MARKET, thing.id, -1 - place)
            buying = place % 2 == 0
            spread = 0.96 - place / 400 if buying else 1.04 + place / 400
            station = stations[draw[0] % len(stations)]
            total = 1 + draw[1] % 5000
            rows.append(
                {
                    "duration": 90,
                    "is_buy_order": buying,
                    "issued": iso(ask.world.clock.epoch - DAY - draw[2] * 60),
                    "location_id": station,
                    "min_volume": 1,
                    "order_id": 6_500_000_000 + thing.id % 100_000 * 100 + place,
                    "price": round(thing.price * spread * (0.99 + move[place % 32] % 200 / 10_000), 2),
                    "range": "region",
                    "system_id": STATIONS[station][1],
                    "type_id": thing.id,
                    "volume_remain": 1 + draw[3] % total,
                    "volume_total": total,
                }
            )
    return rows


def _own_on_market(ask: Ask, region: int) -> list[dict[str, Any]]:
    return [
        orders.market_row(order, ask.now)
        for pilot in list(ask.world.pilots.values())[:_SHOWN_PILOTS]
        for order in ask.world.of(pilot).orders
        if order.issued <= ask.now < order.ends and region_of(order.location_id) == region
    ]


def _market_structure(ask: Ask) -> Page:
    structure = _structure(ask)
    rows = _strangers(ask, 10000002, None)[:120]
    for row in rows:
        row["location_id"] = structure.id
        del row["system_id"]
    return Page(rows)


def _market_history(ask: Ask) -> Page:
    region, wanted = _region(ask), ask.query_number("type_id")
    thing = None if wanted is None else _things(ask).get(wanted)
    if thing is None:
        raise Refused(404, "Type not found!")
    last = int(ask.now) // DAY - 1
    rows = []
    for day in range(last - _HISTORY_DAYS + 1, last + 1):
        draw = ask.world.dice.roll(kinds.HISTORY, thing.id, day * 100 + region % 100)
        average = round(thing.price * (0.9 + draw[0] % 2000 / 10_000), 2)
        rows.append(
            {
                "average": average,
                "date": iso(day * DAY)[:10],
                "highest": round(average * 1.04, 2),
                "lowest": round(average * 0.95, 2),
                "order_count": 1 + draw[1] % 4000,
                "volume": 1 + draw[2] * 900,
            }
        )
    return Page(rows)


def _prices(ask: Ask) -> Page:
    rows: list[dict[str, Any]] = []
    for thing in _things(ask).values():
        if not thing.price:
            continue
        draw = ask.world.dice.roll(kinds.PRICES, thing.id, int(ask.now) // DAY)
        price = round(thing.price * (0.95 + draw[0] % 1000 / 10_000), 2)
        row = {"adjusted_price": round(price * 0.99, 2), "type_id": thing.id}
        # Things that are not traded have no average price.
        if thing.market_group_id is not None:
            row["average_price"] = price
        rows.append(row)
    return Page(rows)


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


MARKET_ROUTES = (
    Route("GET", "/markets/prices", _prices, None, 3600),
    Route("GET", "/markets/{region_id}/orders", _market_orders, None, 300, MARKET_ORDER, rows=_MARKET_ROWS),
    Route("GET", "/markets/{region_id}/history", _market_history, None, "daily"),
    Route(
        "GET", "/markets/structures/{structure_id}", _market_structure, scopes.STRUCTURE_MARKETS, 300, rows=_MARKET_ROWS
    ),
)
UNIVERSE_ROUTES = (
    Route("GET", "/universe/types", lambda ask: Page(list(_things(ask))), None, "daily", rows=_MARKET_ROWS),
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
