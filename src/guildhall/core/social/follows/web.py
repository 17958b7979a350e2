"""The objects of follows that web processes hold."""

from guildhall.core.social.follows import api
from guildhall.pack import WebPart

WEB = WebPart(routes=api.routes)
