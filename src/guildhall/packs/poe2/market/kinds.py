"""Cache lifetimes: of what comes from poe2scout as long as its edge lets clients keep it, and of charts."""

from datetime import timedelta

from guildhall.core.cache.schemas import Kind

PRICES = Kind("poe2_prices", timedelta(minutes=5), stale_for=timedelta(days=1))
PAIRS = Kind("poe2_pairs", timedelta(minutes=5), stale_for=timedelta(days=1))

CANDLES = Kind("poe2_candles", timedelta(minutes=5), stale_for=timedelta(0))
"""Made of our own rows in a fraction of a millisecond; the texts of a year's figures cost more, and stay in memory."""
