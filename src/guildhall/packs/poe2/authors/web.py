"""The objects of authors' pages that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.poe2.authors.api import routes

WEB = WebPart(routes=routes)
