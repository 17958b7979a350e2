"""The part of the eve pack that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.eve.characters import api as characters
from guildhall.packs.eve.game_notifications import api as game_notifications
from guildhall.packs.eve.industry import api as industry
from guildhall.packs.eve.location import api as location
from guildhall.packs.eve.mails import api as mails
from guildhall.packs.eve.market import api as market
from guildhall.packs.eve.market.views import Market
from guildhall.packs.eve.orders import api as orders
from guildhall.packs.eve.overview import api as overview
from guildhall.packs.eve.overview.views import Overviews
from guildhall.packs.eve.planets import api as planets
from guildhall.packs.eve.skills import api as skills
from guildhall.packs.eve.status import api as status
from guildhall.packs.eve.universe import api as universe
from guildhall.packs.eve.universe.views import Universe
from guildhall.packs.eve.wallet import api as wallet

WEB = WebPart(
    provides=(Overviews, Universe, Market),
    routes=(
        *characters.routes,
        *overview.routes,
        *skills.routes,
        *mails.routes,
        *orders.routes,
        *industry.routes,
        *planets.routes,
        *wallet.routes,
        *location.routes,
        *game_notifications.routes,
        *universe.routes,
        *market.routes,
        *status.routes,
    ),
)
