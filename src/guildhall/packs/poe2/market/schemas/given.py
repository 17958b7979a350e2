"""Answers of poe2scout, in the pack's own words.

Keys are in PascalCase. Times have no zone and are UTC's. A null among the prices of an item is an hour or a day without
a trade. Figures of currency pairs are texts, such as "0E-8".
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

Cost = Annotated[float, Meta(ge=1e-9, le=1e12)]
"""A price that can be: nothing costs nothing, or more than anybody has."""
Quantity = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Number = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
ShortId = Annotated[str, Meta(min_length=1, max_length=200)]
CategoryId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.-]{1,60}$")]
"""A part of the key under which a category is kept fresh."""


class GivenLeague(Struct, frozen=True, rename="pascal"):
    """A row of /Leagues. A divine price of 0 is not known."""

    value: Annotated[str, Meta(min_length=1, max_length=100)]
    is_current: bool
    base_currency_api_id: ShortId
    short_name: Annotated[str, Meta(max_length=60)] | None = None
    divine_price: Annotated[float, Meta(ge=0, le=1e12)] | None = None


class GivenCategory(Struct, frozen=True, rename="pascal"):
    """A category of /Items/Categories."""

    api_id: CategoryId


class GivenCategories(Struct, frozen=True, rename="pascal"):
    """/Items/Categories: those of the currency exchange, and those of uniques, that have prices in a league."""

    currency_categories: list[GivenCategory]
    unique_categories: list[GivenCategory]


class GivenPrice(Struct, frozen=True, rename="pascal"):
    """A price of an item in an hour, or the mean of a longer bucket."""

    price: Cost
    time: datetime
    quantity: Quantity


class GivenPriced(Struct, frozen=True, rename="pascal"):
    """A row of /Currencies/ByCategory or /Uniques/ByCategory. `price_logs` has the newest bucket first."""

    item_id: Number
    text: Name
    category_api_id: CategoryId
    api_id: ShortId | None = None
    base_item_type_id: Annotated[str, Meta(min_length=1, max_length=300)] | None = None
    name: Name | None = None
    type: Name | None = None
    icon_url: str | None = None
    price_logs: list[GivenPrice | None] = []
    current_price: Annotated[float, Meta(ge=0, le=1e12)] | None = None
    current_quantity: Quantity | None = None


class GivenPage(Struct, frozen=True, rename="pascal"):
    """A page of a category."""

    current_page: int
    pages: int
    total: int
    items: list[GivenPriced]


class GivenListed(Struct, frozen=True, rename="pascal"):
    """A row of /Items: everything that the market knows. Only a unique has a name and a type."""

    item_id: Number
    category_api_id: CategoryId
    text: Name
    name: Name | None = None
    type: Name | None = None
    api_id: ShortId | None = None
    icon_url: str | None = None


class GivenHistory(Struct, frozen=True, rename="pascal"):
    """/Items/{id}/History before a time, and whether there is more before it."""

    price_history: list[GivenPrice | None]
    has_more: bool


class GivenDay(Struct, frozen=True, rename="pascal"):
    """A day of /Items/{id}/DailyStatsHistory."""

    time: date
    open: Cost
    high: Cost
    low: Cost
    close: Cost
    average: Cost
    volume: Quantity


class GivenDays(Struct, frozen=True, rename="pascal"):
    """/Items/{id}/DailyStatsHistory up to a day, and whether there is more before it."""

    daily_stats: list[GivenDay]
    has_more: bool
    base_currency_api_id: ShortId | None = None


class GivenPairItem(Struct, frozen=True, rename="pascal"):
    """A currency of a pair."""

    text: Name
    api_id: ShortId | None = None
    base_item_type_id: str | None = None


class GivenPairData(Struct, frozen=True, rename="pascal"):
    """The trade of one currency of a pair."""

    volume_traded: Annotated[int, Meta(ge=0, le=2**53)]
    relative_price: Decimal


class GivenPair(Struct, frozen=True, rename="pascal"):
    """A row of /SnapshotPairs."""

    volume: Decimal
    currency_one: GivenPairItem
    currency_two: GivenPairItem
    currency_one_data: GivenPairData
    currency_two_data: GivenPairData
    base_currency_api_id: ShortId | None = None
