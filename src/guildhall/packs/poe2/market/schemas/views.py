"""Answers of the market. Figures are decimals, written as texts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta, Struct

from guildhall.packs.poe2.market.rules.candles import Bucket
from guildhall.packs.poe2.market.rules.vectors import CurrencyPrice, ItemId, Price, Volume
from guildhall.packs.poe2.market.schemas.stored import Kind


class League(Struct, frozen=True):
    """A league. `began_at` and `ended_at` are when it was first seen as current, and as no longer current."""

    name: Annotated[str, Meta(examples=["Standard"])]
    short_name: str | None
    base_currency: Annotated[str, Meta(description="Short id of the currency of all its prices", examples=["exalted"])]
    is_current: bool
    began_at: datetime | None
    ended_at: datetime | None
    seen_at: datetime


class MarketItem(Struct, frozen=True):
    """An item. `api_id` is its id at the trade site, `base_type_id` at the currency exchange; either may be missing."""

    id: ItemId
    kind: Kind
    api_id: Annotated[str, Meta(examples=["divine"])] | None
    base_type_id: str | None
    category: Annotated[str, Meta(examples=["currency"])]
    name: Annotated[str, Meta(examples=["Divine Orb"])]
    base_type: str | None
    icon: str | None


class Category(Struct, frozen=True):
    """A category of items."""

    kind: Kind
    category: str
    items: int


class LastPrice(Struct, frozen=True):
    """The last known day's closing price of an item in a current league."""

    league: str
    day: date
    price: Price
    volume: Volume | None


class ItemPage(Struct, frozen=True):
    """An item and its last stored prices in current leagues."""

    item: MarketItem
    prices: list[LastPrice]


class PriceEntry(Struct, frozen=True):
    """A stored price of an hour; those in Chaos and Divine Orbs are made with their prices of that time."""

    id: UUID
    price: Price
    price_in_chaos: Decimal | None
    price_in_divine: Decimal | None
    volume: Volume | None
    recorded_at: datetime


class Conversion(Struct, frozen=True):
    """An amount of a currency in another one, by their prices at a time.

    `source` and `target` are the two prices and their times; null for the base currency, which costs 1 at any time.
    `low_volume` says that one of them stands on few trades.
    """

    league: str
    at: datetime
    amount: Decimal
    result: Decimal
    rate: Decimal
    base_currency: str
    source: CurrencyPrice | None
    target: CurrencyPrice | None
    low_volume: bool


class Candles(Struct, frozen=True):
    """The buckets of a range, oldest first, without a hole."""

    item_id: ItemId
    league: str
    base_currency: str
    bucket: Literal["day", "week"]
    first: date
    end: Annotated[date, Meta(description="The day behind the last one")]
    candles: list[Bucket]


class LivePrice(Struct, frozen=True):
    """A price as poe2scout tells it now; `recorded_at` is the last hour with a trade, if it is one of the last eight.

    `price` is null for what has none.
    """

    item_id: ItemId
    api_id: str | None
    base_type_id: str | None
    name: str
    price: Price | None
    volume: Volume | None
    recorded_at: datetime | None
    low_volume: bool


class LivePrices(Struct, frozen=True):
    """The prices of a category now, the dearest first."""

    league: str
    category: str
    base_currency: str
    as_of: datetime
    items: list[LivePrice]


class Pair(Struct, frozen=True):
    """The trade of two currencies in the last hour, and how many of the base currency that is."""

    first: str
    second: str
    volume: Decimal
    first_traded: int
    second_traded: int
    rate: Annotated[Decimal, Meta(description="Pieces of the second currency for one of the first")] | None


class Pairs(Struct, frozen=True):
    """The pairs of the currency exchange in the last hour, the most traded first."""

    league: str
    base_currency: str
    as_of: datetime
    items: list[Pair]
