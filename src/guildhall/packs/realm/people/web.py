"""The objects of characters that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.people import api
from guildhall.packs.realm.people.live import TOPICS

WEB = WebPart(routes=api.routes, topics=TOPICS)
