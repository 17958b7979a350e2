"""Market orders as their owner sees them."""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct


class Order(Struct, frozen=True):
    """A market order. `state` is open, unknown (gone, and the history does not say yet why), filled, expired or
    cancelled. ISK as decimal text.
    """

    order_id: int
    state: str
    type_id: int
    type_name: str | None
    region_id: int
    location_id: int
    location_name: str | None
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
    ended_at: datetime | None


class Orders(Struct, frozen=True):
    """A page of orders, last issued first."""

    items: list[Order]
    as_of: datetime | None
    age: int | None
    next: str | None = None
