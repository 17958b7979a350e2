"""The prices of a league at a time."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from guildhall.db.pool import Transaction
from guildhall.packs.poe2.crafting.rules.prices import USUAL_BASE, Prices
from guildhall.packs.poe2.market.errors import LeagueNotFound
from guildhall.packs.poe2.market.rules.vectors import Priced
from guildhall.packs.poe2.market.views import price_vector


async def prices_at(
    tx: Transaction, league: str | None, at: datetime, hours: int, base: str | None, given: Mapping[str, float]
) -> Prices:
    """Return the prices of a league at a time, of the market where it knows the league.

    Prices older than `hours` do not count. A `base` that is not the market's leaves the given prices alone.
    """
    market = None
    if league is not None:
        try:
            vector = await price_vector(tx, league, at, timedelta(hours=hours))
        except LeagueNotFound:  # a private league, or one that the market has not seen
            vector = None
        if vector is not None and base in (None, vector.base_currency):
            market, base = Priced(vector), vector.base_currency
    return Prices(base or USUAL_BASE, at, given, market)
