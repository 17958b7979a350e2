"""The part of the dota2 pack that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.dota2.api import analytics, heroes, players, trend_rules, trends

WEB = WebPart(
    routes=(*players.routes, *heroes.routes, *analytics.routes, *trends.routes, *trend_rules.routes),
    provides=(players.Players,),
)
