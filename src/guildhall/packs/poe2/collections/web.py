"""The objects of collections that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.poe2.collections.api import routes

WEB = WebPart(routes=routes)
