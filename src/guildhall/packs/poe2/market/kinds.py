"""Cache lifetimes of answers that come from poe2scout: as long as its edge lets clients keep them."""

from datetime import timedelta

from guildhall.core.cache.schemas import Kind

PRICES = Kind("poe2_prices", timedelta(minutes=5), stale_for=timedelta(days=1))
PAIRS = Kind("poe2_pairs", timedelta(minutes=5), stale_for=timedelta(days=1))
