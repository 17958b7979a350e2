"""The log of security events."""

from guildhall.core.identity.ids import SecurityEventId
from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.core.identity.security_events.origin import caller
from guildhall.core.identity.security_events.queries import security_events_for
from guildhall.core.identity.security_events.schemas import Caller, SecurityEvent
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.instants import Instant
from guildhall.pack import WebPart
from guildhall.web.route import Asked, Pages, Read, Routes

routes = Routes("/api/v1")

_EVENTS = Cursor("security_events", 1, tuple[Instant, SecurityEventId])


@routes.get("/me/security-events", scope="account:read", pages=Pages(_EVENTS, 50))
async def get_security_events(
    viewer: Viewer, tx: Read, asked: Asked[tuple[Instant, SecurityEventId]]
) -> Page[SecurityEvent]:
    """Security events of the account, newest first."""
    at, last = asked.after or (None, None)
    rows = await security_events_for.many(tx, viewer.id, at, last, asked.rows)
    return _EVENTS.page(rows, asked.limit, lambda row: (row.at, row.id))


WEB = WebPart(
    of_request={Caller: lambda request, provided: caller(request, provided[KeyedHash])},
    routes=routes,
)
