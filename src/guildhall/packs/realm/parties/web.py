"""The objects of parties that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.parties import api
from guildhall.packs.realm.parties.live import TOPICS

WEB = WebPart(routes=api.routes, topics=TOPICS)
