"""The public market, as ESI gives it and as it is shown."""

from datetime import date, datetime
from decimal import Decimal

from msgspec import Struct

from guildhall.instants import Instant
from guildhall.packs.eve.upstream.schemas import Id, Int, Money


class MarketOrder(Struct, frozen=True):
    """An order of a region's market."""

    order_id: Id
    type_id: Id
    location_id: Id
    system_id: Id
    is_buy_order: bool
    price: Money
    volume_total: Id
    volume_remain: Id
    min_volume: Id
    range: str
    duration: Int
    issued: Instant


class MarketOrders(Struct, frozen=True):
    """One of the game's own pages of orders; `pages` is how many there are."""

    region_id: int
    type_id: int | None
    page: int
    pages: int
    items: list[MarketOrder]
    as_of: datetime


class MarketDay(Struct, frozen=True):
    """A day's trade of a type in a region."""

    date: date
    average: Money
    highest: Money
    lowest: Money
    order_count: Id
    volume: Id


class MarketHistory(Struct, frozen=True):
    """The days of a type in a region, oldest first."""

    region_id: int
    type_id: int
    items: list[MarketDay]
    as_of: datetime


class MarketPrice(Struct, frozen=True):
    """The game's estimate of a type's price."""

    type_id: Id
    adjusted_price: Decimal | None = None
    average_price: Decimal | None = None


class MarketPrices(Struct, frozen=True):
    """The worth of all types, by type."""

    items: list[MarketPrice]
    as_of: datetime
