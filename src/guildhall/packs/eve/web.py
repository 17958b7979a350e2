"""The part of the eve pack that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.eve.api import assets, characters, mails, overview, skills, universe

WEB = WebPart(
    provides=(overview.Overviews, universe.Universe),
    routes=(
        *characters.routes,
        *overview.routes,
        *skills.routes,
        *mails.routes,
        *assets.routes,
        *universe.routes,
    ),
)
