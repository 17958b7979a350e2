"""The routes of the markets."""

from typing import Any

from guildhall.packs.eve.sandbox import kinds, orders, scopes
from guildhall.packs.eve.sandbox.answers import Page, Refused
from guildhall.packs.eve.sandbox.catalogue import REGIONS, STATIONS, SYSTEMS, TRADED, region_of, things
from guildhall.packs.eve.sandbox.clock import iso
from guildhall.packs.eve.sandbox.routes import MARKET_ORDER, Ask, Route
from guildhall.sandbox.clock import DAY, HOUR

_MARKET_ROWS = 1000
_SHOWN_PILOTS = 50
_HISTORY_DAYS = 400


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
    structure = ask.structure()
    rows = _strangers(ask, 10000002, None)[:120]
    for row in rows:
        row["location_id"] = structure.id
        del row["system_id"]
    return Page(rows)


def _market_history(ask: Ask) -> Page:
    region, wanted = _region(ask), ask.query_number("type_id")
    thing = None if wanted is None else things(ask.options.recordings).get(wanted)
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
    for thing in things(ask.options.recordings).values():
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


MARKET_ROUTES = (
    Route("GET", "/markets/prices", _prices, None, 3600),
    Route("GET", "/markets/{region_id}/orders", _market_orders, None, 300, MARKET_ORDER, rows=_MARKET_ROWS),
    Route("GET", "/markets/{region_id}/history", _market_history, None, "daily"),
    Route(
        "GET", "/markets/structures/{structure_id}", _market_structure, scopes.STRUCTURE_MARKETS, 300, rows=_MARKET_ROWS
    ),
)
