"""The objects of access that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.access.api import audit

WEB = WebPart(routes=audit.routes)
