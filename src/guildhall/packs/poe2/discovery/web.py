"""The objects of discovery that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.poe2.discovery.api import routes
from guildhall.packs.poe2.discovery.views.search import Searches

WEB = WebPart(routes=routes, provides=(Searches,))
