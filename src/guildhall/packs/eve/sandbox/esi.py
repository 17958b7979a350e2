"""All routes of ESI."""

from guildhall.packs.eve.sandbox.answers import Page
from guildhall.packs.eve.sandbox.character_routes import CHARACTER_ROUTES
from guildhall.packs.eve.sandbox.market_routes import MARKET_ROUTES
from guildhall.packs.eve.sandbox.public_routes import SERVER_ROUTES, UNIVERSE_ROUTES
from guildhall.packs.eve.sandbox.routes import META, Ask, Route

STATES = ("OK", "Degraded", "Down", "Recovering", "Unknown")


def _route_states(ask: Ask) -> Page:
    states = ask.world.route_states
    rows = [
        {"method": route.method, "path": route.path, "status": states.get(route.name, "OK")} for route in ESI_ROUTES
    ]
    return Page({"routes": rows})


ESI_ROUTES = (
    *CHARACTER_ROUTES,
    *MARKET_ROUTES,
    *UNIVERSE_ROUTES,
    *SERVER_ROUTES,
    Route("GET", "/meta/status", _route_states, None, 60, META, event=True, since="2025-11-06", awake=True),
)
