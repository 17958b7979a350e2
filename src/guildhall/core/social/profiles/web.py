"""The objects of profiles that web processes hold."""

from guildhall.core.social.profiles.api import own, public
from guildhall.core.social.profiles.last_seen import LastSeen
from guildhall.pack import WebPart

WEB = WebPart(provides=(LastSeen,), routes=(*own.routes, *public.routes))
