"""The objects of treasuries that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.treasury import api

WEB = WebPart(routes=api.routes)
