"""The objects of raids that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.realm.raids.api import pulls, raids, signups, statistics
from guildhall.packs.realm.raids.live import TOPICS

WEB = WebPart(routes=(*raids.routes, *signups.routes, *pulls.routes, *statistics.routes), topics=TOPICS)
