"""The objects of crafting that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.poe2.crafting.api import game, odds
from guildhall.packs.poe2.crafting.views.odds import Calculator

WEB = WebPart(routes=(*game.routes, *odds.routes), provides=(Calculator,))
