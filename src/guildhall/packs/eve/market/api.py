"""Routes of the public market. Signing in is needed: ESI's error limit is one for all of us."""

from typing import Annotated, Literal

from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from guildhall.core.cache.schemas import Answer
from guildhall.pack import WebPart
from guildhall.packs.eve.characters.errors import BadId
from guildhall.packs.eve.characters.parameters import READ, game_number
from guildhall.packs.eve.market.errors import RegionNotFound
from guildhall.packs.eve.market.schemas import MarketHistory, MarketOrders, MarketPrices
from guildhall.packs.eve.market.views import Market
from guildhall.web.route import Routes

routes = Routes("/api/v1/eve")
RegionText = Annotated[
    str, PathParameter(description="The game's id of a region", examples=[Example(value="10000002")], max_length=40)
]
TypeId = Annotated[int, QueryParameter(name="type_id", ge=1, le=2**31 - 1, description="An item type")]


@routes.get("/market/{region_id:str}/orders", scope=READ, cached=MarketOrders, raises=(BadId, RegionNotFound))
async def get_market_orders(
    region_id: RegionText,
    market: Market,
    type_id: Annotated[
        int | None, QueryParameter(name="type_id", ge=1, le=2**31 - 1, description="Of this type", required=False)
    ] = None,
    order_type: Annotated[
        Literal["all", "buy", "sell"], QueryParameter(name="order_type", description="Which side")
    ] = "all",
    page: Annotated[int, QueryParameter(name="page", ge=1, le=1000, description="The game's own page")] = 1,
) -> Answer:
    """Market orders of a region.

    Pages are the game's own; `pages` says how many there are.
    """
    return await market.orders(game_number(region_id), type_id, order_type, page)


@routes.get("/market/{region_id:str}/history", scope=READ, cached=MarketHistory, raises=(BadId, RegionNotFound))
async def get_market_history(region_id: RegionText, type_id: TypeId, market: Market) -> Answer:
    """Price history of an item type in a region.

    Return the trades of a type in a region, day by day.
    """
    return await market.history(game_number(region_id), type_id)


@routes.get("/market/prices", scope=READ, cached=MarketPrices, raises=(RegionNotFound,))
async def get_market_prices(market: Market) -> Answer:
    """Prices of all item types.

    The game's own average and adjusted prices.
    """
    return await market.prices()


WEB = WebPart(provides=(Market,), routes=routes)
