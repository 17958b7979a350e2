"""A pilot's market orders, which fill over time and leave the list in one of three ways."""

from dataclasses import dataclass
from typing import Any

from guildhall.packs.eve.sandbox import kinds
from guildhall.packs.eve.sandbox.catalogue import STATIONS, STRUCTURES, TRADED, Thing, region_of
from guildhall.packs.eve.sandbox.clock import iso
from guildhall.sandbox.clock import DAY, HOUR, MINUTE
from guildhall.sandbox.dice import Dice

_HISTORY = 90 * DAY
_PLACES = (60003760, 60003760, 60004588, 1038046192011)


@dataclass
class Order:
    """An order; times in unix seconds. `filled_at` is when the last piece trades, `steps` in how many trades.

    An order without `filled_at` never trades more than `stuck` pieces.
    """

    id: int
    thing: Thing
    location_id: int
    price: float
    total: int
    days: int
    buying: bool
    issued: float
    filled_at: float | None = None
    steps: int = 4
    stuck: int = 0
    cancelled_at: float | None = None
    corporation: bool = False

    @property
    def ends(self) -> float:
        """The time at which it leaves the list of open orders."""
        ends = self.issued + self.days * DAY
        for moment in (self.filled_at, self.cancelled_at):
            if moment is not None:
                ends = min(ends, moment)
        return ends

    def trades(self, now: float) -> list[tuple[int, float, int]]:
        """The trades up to now: number, time, pieces."""
        until = min(now, self.ends)
        if self.filled_at is None:
            pieces, steps, last = self.stuck, 1 if self.stuck else 0, min(self.issued + HOUR, self.ends)
        else:
            pieces, steps, last = self.total, min(self.steps, self.total), self.filled_at
        found = []
        for step in range(1, steps + 1):
            at = self.issued + (last - self.issued) * step / steps
            if at <= until:
                found.append((step, at, pieces * step // steps - pieces * (step - 1) // steps))
        return found

    def remaining(self, now: float) -> int:
        """Pieces that have not been traded."""
        return self.total - sum(pieces for _, _, pieces in self.trades(now))


def make_orders(dice: Dice, index: int, epoch: int) -> list[Order]:
    """Open orders that fill from minutes to days after the epoch, and a past of all three kinds."""
    made = []
    count = 34 if index == 0 else 8 + dice.roll(kinds.ORDERS, index)[0] % 10
    for place in range(count):
        draw = dice.roll(kinds.ORDERS, index, place + 1)
        thing = TRADED[draw[0] % len(TRADED)]
        total = 1 if thing.price > 1e8 else 5 + draw[1] % 20 * 50
        order = Order(
            id=6_700_000_000 + index * 1000 + place,
            thing=thing,
            location_id=_PLACES[draw[2] % len(_PLACES)],
            price=round(thing.price * (0.85 + draw[3] % 30 / 100), 2),
            total=total,
            days=(1, 3, 7, 30, 90)[draw[4] % 5],
            buying=draw[5] % 3 == 0,
            issued=0.0,
            steps=1 + draw[6] % 5,
            corporation=place % 10 == 9,
        )
        _place_in_time(order, place, draw, epoch)
        made.append(order)
    return made


def _place_in_time(order: Order, place: int, draw: tuple[int, ...], epoch: int) -> None:
    if place < 6:
        order.days = 90
        order.issued = epoch - 2 * DAY - draw[7] % DAY
        if place < 4:
            order.filled_at = epoch + (15, 75, 300, 1500)[place] * MINUTE + draw[8] % (10 * MINUTE)
        elif place == 5:
            # Runs out soon with a part traded.
            order.days = 3
            order.issued = epoch - 3 * DAY + 2 * HOUR + draw[8] % HOUR
            order.stuck = order.total // 3
        return
    order.issued = epoch - (5 + draw[7] % 80) * DAY - draw[8]
    kind = draw[9] % 4
    if kind == 0:
        order.filled_at = min(order.issued + HOUR + draw[10] % (20 * HOUR), epoch - HOUR)
    elif kind == 1:
        order.cancelled_at = min(order.issued + 2 * HOUR + draw[10], epoch - HOUR)
        order.stuck = order.total // 2
    elif kind == 2:
        order.days, order.stuck = 3, order.total // 4
    else:
        order.days = 1


def _row(order: Order, now: float) -> dict[str, Any]:
    row: dict[str, Any] = {
        "duration": order.days,
        "is_corporation": order.corporation,
        "issued": iso(order.issued),
        "location_id": order.location_id,
        "order_id": order.id,
        "price": order.price,
        "range": "region" if order.buying else "station",
        "region_id": region_of(order.location_id),
        "type_id": order.thing.id,
        "volume_remain": order.remaining(now),
        "volume_total": order.total,
    }
    # The true server leaves these out of sell orders.
    if order.buying:
        row["is_buy_order"] = True
        row["min_volume"] = 1
        row["escrow"] = round(order.price * order.remaining(now), 2)
    return row


def open_answer(orders: list[Order], now: float) -> list[dict[str, Any]]:
    """GET /orders: what is open; filled, cancelled and expired ones are simply gone."""
    return [_row(order, now) for order in orders if order.issued <= now < order.ends]


def history_answer(orders: list[Order], now: float) -> list[dict[str, Any]]:
    """GET /orders/history, newest first: a filled order is an expired one of which nothing remains."""
    closed = [order for order in orders if order.ends <= now and order.issued > now - _HISTORY]
    rows = []
    for order in sorted(closed, key=lambda order: -order.id):
        cancelled = order.cancelled_at is not None and order.ends == order.cancelled_at
        rows.append({**_row(order, now), "state": "cancelled" if cancelled else "expired"})
    return rows


def market_row(order: Order, now: float) -> dict[str, Any]:
    """An open order as the market shows it to all."""
    station = STATIONS.get(order.location_id)
    return {
        "duration": order.days,
        "is_buy_order": order.buying,
        "issued": iso(order.issued),
        "location_id": order.location_id,
        "min_volume": 1,
        "order_id": order.id,
        "price": order.price,
        "range": "region",
        "system_id": station[1] if station is not None else STRUCTURES[order.location_id].system_id,
        "type_id": order.thing.id,
        "volume_remain": order.remaining(now),
        "volume_total": order.total,
    }
