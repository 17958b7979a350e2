"""The part of storage of web processes."""

from guildhall.core.storage import api, serving
from guildhall.core.storage.images import Images
from guildhall.pack import WebPart

WEB = WebPart(routes=(*api.routes, *serving.routes), provides=(Images,), larger_bodies=api.larger_bodies)
