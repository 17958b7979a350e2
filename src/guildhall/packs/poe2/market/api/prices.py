"""Prices now and at a time: of a category, of all currencies, of one in another."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.core.cache.schemas import Answer
from guildhall.db.pool import Transaction
from guildhall.instants import utc
from guildhall.packs.poe2.market import views
from guildhall.packs.poe2.market.errors import (
    CategoryNotFound,
    LeagueNotFound,
    MarketItemNotFound,
    PriceUnknown,
)
from guildhall.packs.poe2.market.parameters import LeagueName
from guildhall.packs.poe2.market.rules.vectors import PriceVector
from guildhall.packs.poe2.market.schemas.views import Conversion, LivePrices, Pairs
from guildhall.packs.poe2.market.views import MarketNow
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.web.route import PUBLIC, Read, Routes

routes = Routes("/api/v1/poe2/market")

At = Annotated[
    datetime | None, QueryParameter(name="at", required=False, description="The time of the prices; now without it")
]


def _currency(name: str, words: str, example: str) -> QueryParameter:
    return QueryParameter(
        name=name, min_length=1, max_length=300, description=words, examples=[Example(value=example)]
    )  # fmt: skip


@routes.get("/prices", scope=PUBLIC, cached=LivePrices, raises=(LeagueNotFound, CategoryNotFound))
async def get_prices(
    market: MarketNow,
    league: LeagueName,
    category: Annotated[
        str, QueryParameter(name="category", min_length=1, max_length=60, description="A category of items")
    ] = "currency",
) -> Answer:
    """Prices of a category now.

    As poe2scout tells them: by the hour for currencies, four times a day for uniques. Fresh for five minutes. While
    poe2scout is down the last known ones are served, with their age in `Age`.
    """
    return await market.prices(league, category)


@routes.get("/pairs", scope=PUBLIC, cached=Pairs, raises=(LeagueNotFound,))
async def get_pairs(market: MarketNow, league: LeagueName) -> Answer:
    """Pairs of the currency exchange in the last hour.

    What was traded for what, the most traded first; served as prices are.
    """
    return await market.pairs(league)


@routes.get("/vectors", scope=PUBLIC, raises=(LeagueNotFound,))
async def get_vector(tx: Read, settings: Poe2Settings, league: LeagueName, at: At = None) -> PriceVector:
    """Prices of all currencies of a league at a time.

    Each is the last one at or before it, with its own time. What has no price in the day before is not there.
    """
    age = timedelta(hours=settings.market_price_hours)
    return await views.price_vector(tx, league, _time(tx, at), age)


@routes.get("/convert", scope=PUBLIC, raises=(LeagueNotFound, MarketItemNotFound, PriceUnknown))
async def convert(
    tx: Read,
    settings: Poe2Settings,
    league: LeagueName,
    source: Annotated[str, _currency("from", "Id or name of a currency", "divine")],
    target: Annotated[str, _currency("to", "Id or name of another one", "exalted")],
    amount: Annotated[
        str,
        QueryParameter(name="amount", pattern=r"^[0-9]{1,12}(\.[0-9]{1,9})?$", max_length=22, description="How many"),
    ] = "1",
    at: At = None,
) -> Conversion:
    """An amount of a currency in another one.

    By the prices of that time; the answer has both with their times.
    """
    return await views.convert(tx, settings, league, source, target, Decimal(amount), _time(tx, at))


def _time(tx: Transaction, at: datetime | None) -> datetime:
    return tx.now if at is None else utc(at)
