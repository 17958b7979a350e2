"""The objects of search that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.search import api

WEB = WebPart(routes=api.routes)
