"""Reads of the market that several statements make up."""

from datetime import datetime, timedelta

from guildhall.db.pool import Transaction
from guildhall.packs.poe2.market.errors import LeagueNotFound, MarketItemNotFound
from guildhall.packs.poe2.market.queries import items, leagues, prices
from guildhall.packs.poe2.market.rules.vectors import PriceVector
from guildhall.packs.poe2.market.schemas.stored import LeagueRow
from guildhall.packs.poe2.market.schemas.views import MarketItem


async def price_vector(tx: Transaction, league: str, at: datetime, max_age: timedelta) -> PriceVector:
    """Return the prices of all currencies of a league at a time: each its last one at or before it.

    Each has the time of its own; one that is older than `max_age` is left out. Raises LeagueNotFound.
    """
    row = await known_league(tx, league)
    since = at - max_age
    found = await prices.currency_prices.many(tx, league, at, since)
    return PriceVector(league, at, row.base_currency, since, found)


async def known_league(tx: Transaction, league: str) -> LeagueRow:
    """Return a league. Raises LeagueNotFound."""
    row = await leagues.league.one_or_none(tx, league)
    if row is None:
        raise LeagueNotFound(league=league)
    return row


async def known_item(tx: Transaction, item: str) -> MarketItem:
    """Return the item of an id in any of the three systems. Raises MarketItemNotFound."""
    row = await items.item.one_or_none(tx, item)
    if row is None:
        raise MarketItemNotFound(item=item)
    return row
