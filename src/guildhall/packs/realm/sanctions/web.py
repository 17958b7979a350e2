"""The objects of sanctions that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.sanctions import api

WEB = WebPart(routes=api.routes)
