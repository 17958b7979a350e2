"""The objects of characters that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.poe2.characters.api import builds, history, live, watched
from guildhall.packs.poe2.characters.views import LiveCharacters

WEB = WebPart(provides=(LiveCharacters,), routes=(*live.routes, *watched.routes, *history.routes, *builds.routes))
