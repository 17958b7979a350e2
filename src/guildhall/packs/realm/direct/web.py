"""The objects of direct messages that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.direct import api

WEB = WebPart(routes=api.routes)
