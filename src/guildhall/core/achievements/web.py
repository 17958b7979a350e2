"""The objects of achievements that web processes hold."""

from guildhall.core.achievements.api import routes
from guildhall.pack import WebPart

WEB = WebPart(routes=routes)
