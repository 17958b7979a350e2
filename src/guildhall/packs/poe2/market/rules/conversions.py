"""Conversions of amounts by a price vector."""

from decimal import ROUND_HALF_EVEN, Context, Decimal

from guildhall.packs.poe2.market.rules.candles import is_low
from guildhall.packs.poe2.market.rules.vectors import CurrencyPrice, Priced

DIGITS = Context(prec=16, rounding=ROUND_HALF_EVEN)
"""Significant digits of a rate; prices are not known better."""


def rate_of(priced: Priced, source: str, target: str) -> Decimal | None:
    """Return how many of `target` one of `source` is worth, rounded; None if the price of either is not known."""
    given, wanted = priced.price(source), priced.price(target)
    return None if given is None or wanted is None else DIGITS.divide(given, wanted)


def stands_on(priced: Priced, currency: str) -> CurrencyPrice | None:
    """Return the price that a conversion of a currency stands on; None for the base currency."""
    return None if priced.is_base(currency) else priced.find(currency)


def on_few(prices: list[CurrencyPrice | None], low_volume: int) -> bool:
    """Return whether one of the prices stands on few trades."""
    return any(is_low(one.volume, low_volume) for one in prices if one is not None)
