"""The objects for operators that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.ops import api

WEB = WebPart(routes=api.routes)
