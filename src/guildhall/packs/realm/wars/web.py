"""The objects of wars that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.wars import api

WEB = WebPart(routes=api.routes)
