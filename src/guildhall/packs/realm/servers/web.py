"""The objects of servers that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.servers import api

WEB = WebPart(routes=api.routes)
