"""Prices of currencies: those of the market, and those that a person gives."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from guildhall.packs.poe2.crafting.rules.game import Id
from guildhall.packs.poe2.market.rules.vectors import Priced

GivenPrice = Annotated[float, Meta(ge=1e-9, le=1e12, description="In the currency of all prices", examples=[0.9])]
GivenPrices = Annotated[
    dict[Id, GivenPrice], Meta(max_length=200, description="Prices by currency", examples=[{"chaos": 0.9}])
]
USUAL_BASE = "exalted"
"""The currency of prices where nobody says another."""


class Price(Struct, frozen=True):
    """A currency's price: from the market, when it was so there, or given by a person."""

    price: Decimal
    source: Literal["market", "person"]
    at: datetime


class Prices:
    """The prices at a time. Those that a person gives come first."""

    def __init__(self, base: str, at: datetime, given: Mapping[str, float], market: Priced | None) -> None:
        self.base = base
        self._at = at
        self._given = given
        self._market = market

    def find(self, currency: str) -> Price | None:
        """Return a currency's price; None when it is not known."""
        if currency == self.base:
            return Price(Decimal(1), "market" if self._market else "person", self._at)
        if currency in self._given:
            return Price(Decimal(repr(self._given[currency])), "person", self._at)
        if self._market is None:
            return None
        if self._market.is_base(currency):
            return Price(Decimal(1), "market", self._at)
        found = self._market.find(currency)
        return None if found is None else Price(found.price, "market", found.recorded_at)

    def of(self, units: Mapping[str, int]) -> dict[str, Price]:
        """Return the prices of some currencies, as far as they are known."""
        return {currency: price for currency in units if (price := self.find(currency)) is not None}


def cost_of(units: Mapping[str, int], prices: Mapping[str, Price]) -> Decimal | None:
    """Return what some currencies cost; None when the price of any is not known."""
    if not units.keys() <= prices.keys():
        return None
    return sum((prices[currency].price * number for currency, number in units.items()), Decimal(0))
