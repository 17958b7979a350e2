"""The objects of disbanding that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.disbanding import api

WEB = WebPart(routes=api.routes)
