"""Market orders, as ESI gives them and as they are stored."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from guildhall.instants import Instant
from guildhall.packs.eve.upstream.schemas import Id, Money

Days = Annotated[int, Meta(ge=0, le=3650)]
"""The days for which an order stands; the game allows 365."""


class GivenOrder(Struct, frozen=True):
    """An order as ESI lists it: open, or of the history with its `state`, "expired" or "cancelled"."""

    order_id: Id
    type_id: Id
    region_id: Id
    location_id: Id
    price: Money
    volume_total: Id
    volume_remain: Id
    range: str
    duration: Days
    issued: Instant
    is_buy_order: bool = False
    is_corporation: bool = False
    min_volume: Id | None = None
    escrow: Money | None = None
    state: str = "open"


class OrderRow(Struct, frozen=True):
    """An order as it is stored. `state`: open, unknown, filled, expired, cancelled."""

    order_id: int
    state: str
    type_id: int
    region_id: int
    location_id: int
    is_buy_order: bool
    is_corporation: bool
    price: Decimal
    volume_total: int
    volume_remain: int
    min_volume: int | None
    escrow: Decimal | None
    range: str
    duration: int
    issued: datetime
    first_seen_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None


class OrderChange(Struct, frozen=True):
    """An order's price, rest and state from an instant on."""

    order_id: int
    at: datetime
    price: Decimal
    volume_remain: int
    state: str
