"""The objects of realtime that web processes hold."""

from guildhall.core.realtime import api as realtime_api
from guildhall.core.realtime.measures import live_metrics
from guildhall.core.realtime.server import LiveServer
from guildhall.pack import WebPart

WEB = WebPart(
    routes=(*realtime_api.routes,),
    provides=(LiveServer,),
    metrics=live_metrics,
)
