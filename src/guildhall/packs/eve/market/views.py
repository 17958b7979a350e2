"""The public market through the cache."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import msgspec

from guildhall.clock import Clock
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer, Fetched, Kind
from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.core.upstream.rows import Rows
from guildhall.errors import Unavailable
from guildhall.packs.eve.market.errors import RegionNotFound
from guildhall.packs.eve.market.schemas import (
    MarketDay,
    MarketHistory,
    MarketOrder,
    MarketOrders,
    MarketPrice,
    MarketPrices,
)
from guildhall.packs.eve.upstream import routes
from guildhall.packs.eve.upstream.client import Answer as EsiAnswer
from guildhall.packs.eve.upstream.client import Esi
from guildhall.packs.eve.upstream.errors import EsiForbade, TokenRefused
from guildhall.packs.eve.upstream.routes import Route

_encode = msgspec.json.Encoder().encode
MARKET = Kind("esi:market", timedelta(minutes=5), stale_for=timedelta(hours=1), private=True)
"""`private` keeps what needs a sign-in out of shared caches and of the fast path that knows no users."""
_orders = Rows(list[MarketOrder])
_days = Rows(list[MarketDay])
_prices = Rows(list[MarketPrice])


class Market:
    """The public market, through the cache, with ESI as its source."""

    def __init__(self, cache: Cache, esi: Esi, clock: Clock) -> None:
        self._cache = cache
        self._esi = esi
        self._clock = clock

    async def orders(self, region: int, type_id: int | None, order_type: str, page: int) -> Answer:
        """A page of a region's orders. Raises RegionNotFound, Unavailable."""
        target = f"/markets/{region}/orders?order_type={order_type}&page={page}"
        if type_id is not None:
            target += f"&type_id={type_id}"

        def make(answer: EsiAnswer) -> bytes:
            items = self._esi.decode(routes.MARKET_ORDERS, answer, _orders)
            return _encode(MarketOrders(region, type_id, page, answer.pages, items, answer.as_of))

        key = MARKET.key(region, "orders", "" if type_id is None else type_id, order_type, page)
        return await self._market(key, routes.MARKET_ORDERS, target, make, region)

    async def history(self, region: int, type_id: int) -> Answer:
        """A type's days. Raises RegionNotFound, Unavailable."""

        def make(answer: EsiAnswer) -> bytes:
            items = self._esi.decode(routes.MARKET_HISTORY, answer, _days)
            return _encode(MarketHistory(region, type_id, items, answer.as_of))

        target = f"/markets/{region}/history?type_id={type_id}"
        key = MARKET.key(region, "history", type_id)
        return await self._market(key, routes.MARKET_HISTORY, target, make, region)

    async def prices(self) -> Answer:
        """The worth of all types. Raises Unavailable."""

        def make(answer: EsiAnswer) -> bytes:
            items = self._esi.decode(routes.MARKET_PRICES, answer, _prices)
            return _encode(MarketPrices(items, answer.as_of))

        key = MARKET.key("prices")
        return await self._market(key, routes.MARKET_PRICES, "/markets/prices", make, 0)

    async def _market(
        self, key: str, route: Route, target: str, make: Callable[[EsiAnswer], bytes], region: int
    ) -> Answer:
        async def load() -> Fetched:
            try:
                answer = await self._esi.get(route, target, interactive=True)
            except UpstreamNotFound:
                return Fetched(b"null", self._clock.now(), status=404)
            return Fetched(make(answer), answer.as_of, ttl=answer.lifetime(self._clock.now()))

        answer = await self._cache.get(MARKET, key, _plainly(load))
        if answer.entry.status == 404:
            raise RegionNotFound(region=region)
        return answer


def _plainly(load: Callable[[], Awaitable[Fetched]]) -> Callable[[], Awaitable[Fetched]]:
    """A loader of public routes: a 401 or 403 there is trouble of ESI's own."""

    async def loaded() -> Fetched:
        try:
            return await load()
        except (EsiForbade, TokenRefused) as error:
            raise Unavailable(detail=str(error), retry_after=60) from error

    return loaded
