"""Price vectors: what anything costs in anything else at a time."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from msgspec import Meta, Struct

from guildhall.packs.poe2.ids import MarketItemId

ONE = Decimal(1)
ItemId = Annotated[MarketItemId, Meta(description="poe2scout's number of the item", examples=["287"])]
Price = Annotated[Decimal, Meta(description="In the league's base currency", examples=["694.927"])]
Volume = Annotated[int, Meta(description="Trades of a currency, offers of a unique")]


class CurrencyPrice(Struct, frozen=True):
    """A currency's price in a vector, and when it was so."""

    item_id: ItemId
    api_id: str | None
    base_type_id: str | None
    name: str
    price: Price
    volume: Volume | None
    recorded_at: datetime


class PriceVector(Struct, frozen=True):
    """The prices of all currencies of a league at one time, in its base currency, none older than `oldest_at`."""

    league: str
    at: datetime
    base_currency: str
    oldest_at: datetime
    prices: list[CurrencyPrice]


class Priced:
    """A price vector in which currencies are found by any of their ids, or by their name in any case."""

    def __init__(self, vector: PriceVector) -> None:
        self.vector = vector
        self._found: dict[str, CurrencyPrice] = {}
        for one in vector.prices:
            for name in _names(one):
                self._found.setdefault(name, one)

    def find(self, currency: str) -> CurrencyPrice | None:
        """Return a currency's price and its time; None if it is not known, as of the base currency without one."""
        return self._found.get(currency) or self._found.get(currency.casefold())

    def is_base(self, currency: str) -> bool:
        """Return whether a currency is the one of all prices, which costs 1."""
        found = self.find(currency)
        return self.vector.base_currency in (currency, found and found.api_id)

    def price(self, currency: str) -> Decimal | None:
        """Return what one piece costs in the base currency; None if that is not known."""
        if self.is_base(currency):
            return ONE
        found = self.find(currency)
        return None if found is None else found.price

    def rate(self, source: str, target: str) -> Decimal | None:
        """Return how many pieces of `target` one of `source` is worth; None if either's price is not known."""
        given, wanted = self.price(source), self.price(target)
        return None if given is None or wanted is None else given / wanted

    def worth(self, currency: str, pieces: Decimal | int) -> Decimal | None:
        """Return what so many pieces cost in the base currency; None if that is not known."""
        price = self.price(currency)
        return None if price is None else price * pieces


def _names(one: CurrencyPrice) -> Iterator[str]:
    yield one.item_id
    if one.api_id is not None:
        yield one.api_id
    if one.base_type_id is not None:
        yield one.base_type_id
    yield one.name.casefold()
