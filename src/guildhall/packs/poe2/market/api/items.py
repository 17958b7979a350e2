"""Leagues, items, and their stored prices."""

from datetime import date, timedelta
from typing import Annotated, Literal

from litestar.params import QueryParameter
from msgspec import Meta

from guildhall.clock import Clock
from guildhall.core.cache.schemas import Answer
from guildhall.db.pages import Cursor, Page
from guildhall.instants import LATEST, Instant
from guildhall.packs.poe2.ids import MarketItemId
from guildhall.packs.poe2.market.errors import BadCandles, LeagueNotFound, MarketItemNotFound
from guildhall.packs.poe2.market.parameters import ItemText, LeagueName
from guildhall.packs.poe2.market.queries import daily, items, leagues, prices
from guildhall.packs.poe2.market.rules.candles import count
from guildhall.packs.poe2.market.schemas.stored import Kind
from guildhall.packs.poe2.market.schemas.views import Candles, Category, ItemPage, League, MarketItem, PriceEntry
from guildhall.packs.poe2.market.views import Charts, known_item, known_league
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.web.route import PUBLIC, Asked, Pages, Read, Routes

routes = Routes("/api/v1/poe2/market")

_Text = Annotated[str, Meta(max_length=200)]
_Id = Annotated[MarketItemId, Meta(max_length=255)]
_LEAGUES = Cursor("poe2.leagues", 1, tuple[_Text])
_CATEGORIES = Cursor("poe2.market_categories", 1, tuple[Kind, _Text])
_ITEMS = Cursor("poe2.market_items", 1, tuple[_Text, _Id])
_PRICES = Cursor("poe2.market_prices", 1, tuple[Instant])
_USUAL_DAYS = 90


@routes.get("/leagues", scope=PUBLIC, pages=Pages(_LEAGUES, 50))
async def list_leagues(
    tx: Read,
    asked: Asked[tuple[_Text]],
    current: Annotated[
        bool | None, QueryParameter(name="current", required=False, description="Only current ones, or only others")
    ] = None,
) -> Page[League]:
    """Leagues of the market.

    In the order of their names, ended ones too. Prices are fetched for the current ones.
    """
    rows = await leagues.league_page.many(tx, current, None if asked.after is None else asked.after[0], asked.rows)
    found = [
        League(
            one.name, one.short_name, one.base_currency, one.is_current, one.began_at, one.ended_at, one.seen_at
        )
        for one in rows
    ]  # fmt: skip
    return _LEAGUES.page(found, asked.limit, lambda row: (row.name,))


@routes.get("/categories", scope=PUBLIC, pages=Pages(_CATEGORIES, 100))
async def list_categories(tx: Read, asked: Asked[tuple[Kind, _Text]]) -> Page[Category]:
    """Categories of items, and how many items each has."""
    kind, after = (None, None) if asked.after is None else asked.after
    rows = await items.category_page.many(tx, kind, after, asked.rows)
    return _CATEGORIES.page(rows, asked.limit, lambda row: (row.kind, row.category))


@routes.get("/items", scope=PUBLIC, pages=Pages(_ITEMS, 50, largest=250))
async def list_items(
    tx: Read,
    asked: Asked[tuple[_Text, _Id]],
    q: Annotated[
        str | None,
        QueryParameter(
            name="q", min_length=1, max_length=100, required=False, description="A part of the name, or the short id"
        ),
    ] = None,
    kind: Annotated[
        Kind | None, QueryParameter(name="kind", required=False, description="Only currencies, or only uniques")
    ] = None,
    category: Annotated[
        str | None, QueryParameter(name="category", max_length=60, required=False, description="Only of this category")
    ] = None,
) -> Page[MarketItem]:
    """Items of the market, by name."""
    name, item = (None, None) if asked.after is None else asked.after
    rows = await items.item_page.many(tx, q, kind, category, name, item, asked.rows)
    return _ITEMS.page(rows, asked.limit, lambda row: (row.name, row.id))


@routes.get("/items/{item:str}", scope=PUBLIC, raises=(MarketItemNotFound,))
async def get_item(item: ItemText, tx: Read) -> ItemPage:
    """An item, and its last price in each current league."""
    found = await known_item(tx, item)
    return ItemPage(found, await daily.last_days.many(tx, found.id))


@routes.get(
    "/items/{item:str}/history",
    scope=PUBLIC,
    pages=Pages(_PRICES, 100, largest=500),
    raises=(MarketItemNotFound, LeagueNotFound),
)
async def list_prices(item: ItemText, league: LeagueName, tx: Read, asked: Asked[tuple[Instant]]) -> Page[PriceEntry]:
    """Prices of an item by the hour, newest first.

    As they were recorded. Hours without a trade are not there.
    """
    found = await known_item(tx, item)
    await known_league(tx, league)
    before = LATEST if asked.after is None else asked.after[0]
    rows = await prices.price_page.many(tx, found.id, league, before, asked.rows)
    return _PRICES.page(rows, asked.limit, lambda row: (row.recorded_at,))


@routes.get(
    "/items/{item:str}/candles", scope=PUBLIC, cached=Candles, raises=(BadCandles, MarketItemNotFound, LeagueNotFound)
)
async def get_candles(
    item: ItemText,
    league: LeagueName,
    charts: Charts,
    clock: Clock,
    settings: Poe2Settings,
    first: Annotated[
        date | None, QueryParameter(name="from", required=False, description="The first day; 90 days before `to`")
    ] = None,
    end: Annotated[
        date | None, QueryParameter(name="to", required=False, description="The day behind the last one; tomorrow")
    ] = None,
    bucket: Annotated[
        Literal["day", "week"], QueryParameter(name="bucket", description="Days, or weeks that begin on Monday")
    ] = "day",
) -> Answer:
    """Open, high, low, close and volume of an item by the day or week.

    Every bucket of the range is there, oldest first. One in which nothing was traded, or of which nothing is known, has
    no candle. Today's is not over. Made anew every five minutes.
    """
    end = end or clock.now().date() + timedelta(days=1)
    first = first or end - timedelta(days=_USUAL_DAYS)
    if not first < end or count(first, end, bucket) > settings.market_candles_most:
        raise BadCandles(most=settings.market_candles_most)
    return await charts.find(item, league, first, end, bucket)
