"""The objects of notify that web processes hold."""

from guildhall.core.notify.api import notifications, preferences, webhooks
from guildhall.core.notify.center import NoticeCenter
from guildhall.core.notify.streams import NoticeStreams
from guildhall.pack import WebPart

WEB = WebPart(
    provides=(NoticeStreams, NoticeCenter),
    routes=(*notifications.routes, *preferences.routes, *webhooks.routes),
)
