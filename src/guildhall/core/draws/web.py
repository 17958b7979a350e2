"""The part of draws of web processes."""

from guildhall.core.draws.api import routes
from guildhall.pack import WebPart

WEB = WebPart(routes=routes)
