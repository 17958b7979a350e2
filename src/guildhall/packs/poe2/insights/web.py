"""The objects of insights that web processes hold."""

from guildhall.pack import WebPart
from guildhall.packs.poe2.insights.api import meta, own
from guildhall.packs.poe2.insights.views.dashboard import Dashboards
from guildhall.packs.poe2.insights.views.meta import MetaNow

WEB = WebPart(routes=(*meta.routes, *own.routes), provides=(MetaNow, Dashboards))
