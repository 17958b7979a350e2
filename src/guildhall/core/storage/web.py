"""The part of storage of web processes."""

from guildhall.core.storage.api import larger_bodies, routes
from guildhall.core.storage.images import Images
from guildhall.core.storage.serving import files
from guildhall.pack import WebPart

WEB = WebPart(routes=(*routes, *files), provides=(Images,), larger_bodies=larger_bodies)
