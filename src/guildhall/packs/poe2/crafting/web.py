"""The objects of crafting that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.poe2.crafting.api import game, moderation, odds, sessions, strategies
from guildhall.packs.poe2.crafting.views.odds import Calculator
from guildhall.packs.poe2.settings import Poe2Settings


def _larger_bodies(settings: Poe2Settings) -> dict[str, int]:
    """An export is a text within the body."""
    return {"/api/v1/poe2/crafting/sessions/imports": 2 * settings.crafting_export_kb + 64}


WEB = WebPart(
    routes=(*game.routes, *odds.routes, *sessions.routes, *strategies.routes, *moderation.routes),
    provides=(Calculator,),
    larger_bodies=_larger_bodies,
)
