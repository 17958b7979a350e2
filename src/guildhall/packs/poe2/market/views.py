"""Reads of the market that several statements make up, and what poe2scout says now, through the cache."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import msgspec

from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer, Fetched
from guildhall.core.upstream.templates import key_part
from guildhall.db.pool import Database, Transaction
from guildhall.packs.poe2.market import kinds
from guildhall.packs.poe2.market.actions.sync import USUAL, id_of, pages, prices_of
from guildhall.packs.poe2.market.errors import (
    CategoryNotFound,
    LeagueNotFound,
    MarketItemNotFound,
    PriceUnknown,
)
from guildhall.packs.poe2.market.queries import daily, items, leagues, prices
from guildhall.packs.poe2.market.rules.candles import Span, buckets, is_low, start_of
from guildhall.packs.poe2.market.rules.conversions import DIGITS, on_few, rate_of, stands_on
from guildhall.packs.poe2.market.rules.readings import decimal_of
from guildhall.packs.poe2.market.rules.vectors import Priced, PriceVector
from guildhall.packs.poe2.market.schemas.given import GivenPair, GivenPairItem
from guildhall.packs.poe2.market.schemas.stored import LeagueRow
from guildhall.packs.poe2.market.schemas.views import (
    Candles,
    Conversion,
    LivePrice,
    LivePrices,
    MarketItem,
    Pair,
    Pairs,
)
from guildhall.packs.poe2.market.upstream import Poe2Scout
from guildhall.packs.poe2.settings import Poe2Settings

_encode = msgspec.json.Encoder().encode


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


async def convert(
    tx: Transaction, settings: Poe2Settings, league: str, source: str, target: str, amount: Decimal, at: datetime
) -> Conversion:
    """Return an amount of a currency in another one, by their prices at a time.

    Raises LeagueNotFound, PriceUnknown, and MarketItemNotFound for what is no item at all.
    """
    age = timedelta(hours=settings.market_price_hours)
    priced = Priced(await price_vector(tx, league, at, age))
    missing = [await known_item(tx, one) for one in (source, target) if priced.price(one) is None]
    if missing:
        hours, when = settings.market_price_hours, f"{at:%Y-%m-%d %H:%M} UTC"
        raise PriceUnknown(item=missing[0].name, league=league, hours=hours, at=when)
    rate = rate_of(priced, source, target)
    assert rate is not None
    given, wanted = stands_on(priced, source), stands_on(priced, target)
    return Conversion(
        league, at, amount, DIGITS.multiply(amount, rate), rate, priced.vector.base_currency, given, wanted,
        on_few([given, wanted], settings.market_low_volume),
    )  # fmt: skip


async def candles(
    tx: Transaction, settings: Poe2Settings, item: str, league: str, first: date, end: date, span: Span
) -> Candles:
    """Return the buckets of a range. Raises MarketItemNotFound, LeagueNotFound."""
    found = await known_item(tx, item)
    row = await known_league(tx, league)
    begin = start_of(first, span)
    rows = await daily.days.many(tx, found.id, league, begin, end)
    made = buckets(rows, first, end, span, settings.market_low_volume)
    return Candles(found.id, league, row.base_currency, span, begin, end, made)


class Charts:
    """Candles from our own tables, kept in memory for a while."""

    def __init__(self, cache: Cache, db: Database, settings: Poe2Settings) -> None:
        self._cache = cache
        self._db = db
        self._settings = settings

    async def find(self, item: str, league: str, first: date, end: date, span: Span) -> Answer:
        """Find the buckets of a range. Raises MarketItemNotFound, LeagueNotFound."""

        async def read() -> Fetched:
            async with self._db.read() as tx:
                found = await candles(tx, self._settings, item, league, first, end, span)
                return Fetched(_encode(found), tx.now, ttl=kinds.CANDLES.ttl)

        key = kinds.CANDLES.key(key_part(item), key_part(league), first, end, span)
        return await self._cache.get(kinds.CANDLES, key, read, read)


class MarketNow:
    """The market as poe2scout tells it now: kept in the tiers of the cache, and in no table of the pack's own.

    While poe2scout is down what was told last is served, with its age.
    """

    def __init__(self, cache: Cache, scout: Poe2Scout, db: Database, settings: Poe2Settings) -> None:
        self._cache = cache
        self._scout = scout
        self._db = db
        self._settings = settings

    async def prices(self, league: str, category: str) -> Answer:
        """Find the prices of a category. Raises LeagueNotFound, CategoryNotFound, Unavailable."""
        async with self._db.read() as tx:
            row = await known_league(tx, league)
            kind = await items.kind_of_category.one_or_none(tx, category)
        if kind is None:
            raise CategoryNotFound(category=category)

        async def load() -> Fetched:
            now = self._scout.client.clock.now()
            found: list[LivePrice] = []
            async for page in pages(self._scout, row, kind, category, USUAL[kind], interactive=True):
                last = {one.item_id: one.recorded_at for one in prices_of(self._scout, kind, row, page, now)}
                found += [
                    LivePrice(
                        id_of(one), one.api_id, one.base_item_type_id, one.name or one.text,
                        decimal_of(one.current_price) if one.current_price else None, one.current_quantity,
                        last.get(id_of(one)), is_low(one.current_quantity, self._settings.market_low_volume),
                    )
                    for one in page.items
                ]  # fmt: skip
            found.sort(key=lambda one: (-(one.price or Decimal(0)), one.name))
            return Fetched(_encode(LivePrices(league, category, row.base_currency, now, found)), now)

        return await self._cache.get(kinds.PRICES, kinds.PRICES.key(key_part(league), key_part(category)), load)

    async def pairs(self, league: str) -> Answer:
        """Find the pairs of the currency exchange. Raises LeagueNotFound, Unavailable."""
        async with self._db.read() as tx:
            row = await known_league(tx, league)

        async def load() -> Fetched:
            given = await self._scout.pairs.fetch_now(row.realm, league)
            other = next(
                (one for one in given.value if one.base_currency_api_id not in (None, row.base_currency)), None
            )
            if other is not None:
                name = self._scout.pairs.route.call.name
                raise self._scout.client.lied(
                    name, f"pairs in {other.base_currency_api_id}, as another league has them"
                )
            found = sorted(map(_pair, given.value), key=lambda pair: (-pair.volume, pair.first, pair.second))
            return Fetched(_encode(Pairs(league, row.base_currency, given.as_of, found)), given.as_of)

        return await self._cache.get(kinds.PAIRS, kinds.PAIRS.key(key_part(league)), load)


def _pair(given: GivenPair) -> Pair:
    first, second = given.currency_one_data.volume_traded, given.currency_two_data.volume_traded
    rate = DIGITS.divide(Decimal(second), Decimal(first)) if first and second else None
    return Pair(_name(given.currency_one), _name(given.currency_two), given.volume, first, second, rate)


def _name(given: GivenPairItem) -> str:
    return given.api_id or given.base_item_type_id or given.text
