"""The part of the dota2 pack that web processes hold."""

from guildhall.pack import LaneRoute, WebPart
from guildhall.packs.dota2.api import analytics, heroes, players, trend_rules, trends

WEB = WebPart(
    lane=(LaneRoute("/api/v1/opendota_proxy/players/", players.Players, players.Players.find_profile),),
    routes=(*players.routes, *heroes.routes, *analytics.routes, *trends.routes, *trend_rules.routes),
    provides={"players_known": players.Players},
)
