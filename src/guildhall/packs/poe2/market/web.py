"""The part of the market that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.poe2.market.api import items, prices
from guildhall.packs.poe2.market.views import Charts, MarketNow

WEB = WebPart(routes=(*items.routes, *prices.routes), provides=(Charts, MarketNow))
