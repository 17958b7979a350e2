"""The part of the ledger of web processes."""

from guildhall.core.ledger.api import routes
from guildhall.pack import WebPart

WEB = WebPart(routes=routes)
