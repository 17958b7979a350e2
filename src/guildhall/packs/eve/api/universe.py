"""Public data of the game: names, types, the market, the server.

Signing in is needed all the same where ESI may have to be asked: its error limit is one for all of us.
"""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Annotated, Literal

import msgspec
from litestar import Response
from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from guildhall.clock import Clock
from guildhall.core.cache.api import Cached
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer, Fetched, Kind
from guildhall.core.upstream.errors import UpstreamNotFound
from guildhall.core.upstream.rows import Rows
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.packs.eve.actions.names import fetch_names, fetch_type
from guildhall.packs.eve.api.parameters import READ, game_number
from guildhall.packs.eve.api.reading import age_of, told
from guildhall.packs.eve.errors import BadId, EsiForbade, RegionNotFound, TokenRefused, TypeNotFound
from guildhall.packs.eve.queries import names as queries
from guildhall.packs.eve.rules import routes as esi_routes
from guildhall.packs.eve.rules.routes import Route
from guildhall.packs.eve.schemas.market import (
    MarketDay,
    MarketHistory,
    MarketOrder,
    MarketOrders,
    MarketPrice,
    MarketPrices,
)
from guildhall.packs.eve.schemas.views.universe import Name, Names, NamesWanted, ServerStatus, TypeInfo
from guildhall.packs.eve.upstream.client import Answer as EsiAnswer
from guildhall.packs.eve.upstream.client import Esi
from guildhall.web.route import PUBLIC, Read, Routes

routes = Routes("/api/v1/eve")

TYPES = Kind("esi:universe:types", timedelta(days=1), stale_for=timedelta(days=7), private=True)
MARKET = Kind("esi:market", timedelta(minutes=5), stale_for=timedelta(hours=1), private=True)
"""`private` keeps what needs a sign-in out of shared caches and of the lane that knows no users."""
_NAMES_KEEP = timedelta(days=7)
_STATUS_LASTS = timedelta(minutes=10)
"""The age at which a stored status of the server says nothing about now."""
_LEAST = timedelta(seconds=1)

_encode = msgspec.json.Encoder().encode
_orders = Rows(list[MarketOrder])
_days = Rows(list[MarketDay])
_prices = Rows(list[MarketPrice])


class Universe:
    """Types, names and the market, through the cache, with ESI as their source."""

    def __init__(self, db: Database, cache: Cache, esi: Esi, clock: Clock) -> None:
        self._db = db
        self._cache = cache
        self._esi = esi
        self._clock = clock

    async def type(self, type_id: int) -> Cached[TypeInfo]:
        """A type. Raises TypeNotFound, Unavailable."""

        async def load() -> Fetched:
            try:
                info, answer = await fetch_type(self._db, self._esi, type_id)
            except UpstreamNotFound:
                return Fetched(b"null", self._clock.now(), status=404)
            except Unavailable:
                async with self._db.read() as tx:
                    known = await queries.known_type.one_or_none(tx, type_id)
                if known is None:
                    raise
                return Fetched(_encode(known), known.as_of, ttl=timedelta(minutes=1))
            return Fetched(_encode(info), info.as_of, ttl=self._lives(answer))

        answer = await self._cache.get(TYPES, TYPES.key(type_id), load)
        if answer.entry.status == 404:
            raise TypeNotFound(type_id=type_id)
        return Cached(answer, self._cache.memory)

    async def names(self, ids: list[int]) -> Names:
        """Names by id; what ESI cannot be asked for just now is missing."""
        wanted = sorted(set(ids))
        async with self._db.read() as tx:
            known = {row.id: row for row in await queries.known_names.many(tx, wanted)}
            old = tx.now - _NAMES_KEEP
            ask = [row.id for row in known.values() if row.fetched_at < old]
            ask += await queries.unnamed_of.many(tx, [one for one in wanted if one not in known], old)
        found = {row.id: Name(row.id, row.name, row.category) for row in known.values()}
        oldest = [row.fetched_at for row in known.values()]
        if ask:
            try:
                fetched, _ = await fetch_names(self._db, self._esi, sorted(ask))
                found |= {name.id: Name(name.id, name.name, name.category) for name in fetched}
                oldest = [row.fetched_at for row in known.values() if row.id not in {name.id for name in fetched}]
                oldest += [tx.now] * bool(fetched)
            except (Unavailable, EsiForbade, TokenRefused):
                pass  # what is known is told, the rest is missing
        as_of = min(oldest, default=None)
        items = [found[one] for one in wanted if one in found]
        return Names(items, [one for one in wanted if one not in found], as_of, age_of(as_of, self._clock.now()))

    async def orders(self, region: int, type_id: int | None, order_type: str, page: int) -> Cached[MarketOrders]:
        """A page of a region's orders. Raises RegionNotFound, Unavailable."""
        target = f"/markets/{region}/orders?order_type={order_type}&page={page}"
        if type_id is not None:
            target += f"&type_id={type_id}"

        def make(answer: EsiAnswer) -> bytes:
            items = self._esi.decode(esi_routes.MARKET_ORDERS, answer, _orders)
            return _encode(MarketOrders(region, type_id, page, answer.pages, items, answer.as_of))

        key = MARKET.key(region, "orders", "" if type_id is None else type_id, order_type, page)
        return Cached(await self._market(key, esi_routes.MARKET_ORDERS, target, make, region), self._cache.memory)

    async def history(self, region: int, type_id: int) -> Cached[MarketHistory]:
        """A type's days. Raises RegionNotFound, Unavailable."""

        def make(answer: EsiAnswer) -> bytes:
            items = self._esi.decode(esi_routes.MARKET_HISTORY, answer, _days)
            return _encode(MarketHistory(region, type_id, items, answer.as_of))

        target = f"/markets/{region}/history?type_id={type_id}"
        key = MARKET.key(region, "history", type_id)
        return Cached(await self._market(key, esi_routes.MARKET_HISTORY, target, make, region), self._cache.memory)

    async def prices(self) -> Cached[MarketPrices]:
        """The worth of all types. Raises Unavailable."""

        def make(answer: EsiAnswer) -> bytes:
            items = self._esi.decode(esi_routes.MARKET_PRICES, answer, _prices)
            return _encode(MarketPrices(items, answer.as_of))

        key = MARKET.key("prices")
        return Cached(await self._market(key, esi_routes.MARKET_PRICES, "/markets/prices", make, 0), self._cache.memory)

    async def _market(
        self, key: str, route: Route, target: str, make: Callable[[EsiAnswer], bytes], region: int
    ) -> Answer:
        async def load() -> Fetched:
            try:
                answer = await self._esi.get(route, target, interactive=True)
            except UpstreamNotFound:
                return Fetched(b"null", self._clock.now(), status=404)
            return Fetched(make(answer), answer.as_of, ttl=self._lives(answer))

        answer = await self._cache.get(MARKET, key, _plainly(load))
        if answer.entry.status == 404:
            raise RegionNotFound(region=region)
        return answer

    def _lives(self, answer: EsiAnswer) -> timedelta:
        return max(answer.expires_at - self._clock.now(), _LEAST)


def _plainly(load: Callable[[], Awaitable[Fetched]]) -> Callable[[], Awaitable[Fetched]]:
    """A loader of public routes: a 401 or 403 there is trouble of ESI's own."""

    async def loaded() -> Fetched:
        try:
            return await load()
        except (EsiForbade, TokenRefused) as error:
            raise Unavailable(detail=str(error), retry_after=60) from error

    return loaded


TypeText = Annotated[
    str, PathParameter(description="The game's id of an item type", examples=[Example(value="34")], max_length=40)
]
RegionText = Annotated[
    str, PathParameter(description="The game's id of a region", examples=[Example(value="10000002")], max_length=40)
]
TypeId = Annotated[int, QueryParameter(name="type_id", ge=1, le=2**31 - 1, description="An item type")]


@routes.get("/types/{type_id:str}", scope=READ, raises=(BadId, TypeNotFound))
async def get_type(type_id: TypeText, universe: Universe) -> Cached[TypeInfo]:
    """An item type.

    Name, group and description; of the day.
    """
    number = game_number(type_id)
    if number >= 2**31:
        raise TypeNotFound(type_id=number)
    return await universe.type(number)


@routes.post("/names", scope=READ, status=200)
async def post_names(data: NamesWanted, universe: Universe) -> Response[Names]:
    """Names of ids.

    Return names of characters, corporations, systems, stations, types and more; up to 1,000 at once.

    While ESI is down, known names are returned, and the rest is `missing`.
    """
    names = await universe.names(list(data.ids))
    return told(names, names.age)


@routes.get("/market/{region_id:str}/orders", scope=READ, raises=(BadId, RegionNotFound))
async def get_market_orders(
    region_id: RegionText,
    universe: Universe,
    type_id: Annotated[
        int | None, QueryParameter(name="type_id", ge=1, le=2**31 - 1, description="Of this type", required=False)
    ] = None,
    order_type: Annotated[
        Literal["all", "buy", "sell"], QueryParameter(name="order_type", description="Which side")
    ] = "all",
    page: Annotated[int, QueryParameter(name="page", ge=1, le=1000, description="The game's own page")] = 1,
) -> Cached[MarketOrders]:
    """Market orders of a region.

    Pages are the game's own; `pages` says how many there are.
    """
    return await universe.orders(game_number(region_id), type_id, order_type, page)


@routes.get("/market/{region_id:str}/history", scope=READ, raises=(BadId, RegionNotFound))
async def get_market_history(region_id: RegionText, type_id: TypeId, universe: Universe) -> Cached[MarketHistory]:
    """Price history of an item type in a region.

    Return the trades of a type in a region, day by day.
    """
    return await universe.history(game_number(region_id), type_id)


@routes.get("/market/prices", scope=READ, raises=(RegionNotFound,))
async def get_market_prices(universe: Universe) -> Cached[MarketPrices]:
    """Prices of all item types.

    The game's own average and adjusted prices.
    """
    return await universe.prices()


@routes.get("/status", scope=PUBLIC)
async def get_status(tx: Read) -> Response[ServerStatus]:
    """Status of the game's server.

    Return whether the server is up, the number of players, and the routes of ESI that are down, as seen last.

    Only ESI's 502, 503 and 504 and the daily downtime are "offline"; anything else that goes wrong is "unknown".
    """
    row = await queries.server_status.one_or_none(tx)
    if row is None:
        return told(ServerStatus(None, None, None, None, False, [], None, None), None)
    age = age_of(row.as_of, tx.now)
    known = row.as_of is not None and tx.now - row.as_of <= _STATUS_LASTS
    online, players = (row.online, row.players) if known else (None, None)
    status = ServerStatus(online, players, row.server_version, row.start_time, row.vip, row.routes_down, row.as_of, age)
    return told(status, age, {"cache-control": "public, max-age=30"})
