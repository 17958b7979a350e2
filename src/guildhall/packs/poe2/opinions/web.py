"""The objects of opinions that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.poe2.opinions.api import comments, moderation, reviews

WEB = WebPart(routes=(*reviews.routes, *comments.routes, *moderation.routes))
