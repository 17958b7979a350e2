"""The viewer's sessions and the log of what happened to the account."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Struct

from guildhall.core.identity.actions import sessions as actions
from guildhall.core.identity.actions.audit import Caller, record
from guildhall.core.identity.api.parameters import AN_ID, After, Limit
from guildhall.core.identity.principal import requires, session_of
from guildhall.core.identity.queries.audit import security_events_for
from guildhall.core.identity.queries.sessions import sessions_for
from guildhall.core.identity.revocations import Revocations
from guildhall.core.identity.schemas import DOORKEEPER, Device, Principal, SecurityEvent, SessionView
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.instants import Instant
from guildhall.web.problems import documented
from guildhall.web.routes import below

_SESSIONS = Cursor("sessions", 1, UUID)
_EVENTS = Cursor("security_events", 1, tuple[Instant, UUID])

SessionId = Annotated[
    UUID,
    PathParameter(
        description="Id of one of the viewer's sessions",
        examples=AN_ID,
    ),
]


class Ended(Struct, frozen=True):
    """The number of sessions that have ended."""

    ended: int


@get("/me/sessions", responses=documented(400, 401, 403))
async def get_sessions(
    principal: NamedDependency[Principal], db: NamedDependency[Database], after: After = None, limit: Limit = 50
) -> Page[SessionView]:
    """The devices that are signed in, the newest first."""
    before = _SESSIONS.decode_or_none(after)
    async with db.read(principal.viewer) as tx:
        rows = await sessions_for.many(tx, principal.viewer.id, principal.session, tx.now, before, limit + 1)
    return _SESSIONS.page(rows, limit, lambda row: row.id)


@delete("/me/sessions", status_code=200, responses=documented(400, 401, 403))
async def delete_sessions(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    caller: NamedDependency[Caller],
    revocations: NamedDependency[Revocations],
    keep_current: Annotated[
        bool, QueryParameter(name="keep_current", description="Whether the session that asks goes on")
    ] = False,
) -> Ended:
    """Sign out everywhere, at once."""
    async with db.write(principal.viewer) as tx:
        user_id = principal.viewer.id
        ended = await actions.end_sessions(tx, user_id, "signed_out", principal.session if keep_current else None)
        await record(
            tx, "sessions_ended", "ok", user_id=user_id, caller=caller, session_id=principal.session,
            details={"ended": ended},
        )  # fmt: skip
    await revocations.settle()
    return Ended(ended)


@delete("/me/sessions/{session_id:uuid}", responses=documented(400, 401, 403, 404))
async def delete_session(
    session_id: SessionId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    caller: NamedDependency[Caller],
    revocations: NamedDependency[Revocations],
) -> None:
    """Sign one device out, at once."""
    async with db.write(viewer) as tx:
        await actions.end_session_of(tx, viewer.id, session_id, caller)
    await revocations.settle()


@put("/me/sessions/current/device", responses=documented(400, 401, 403, 404))
async def put_device(
    data: JSONBody[Device], principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> SessionView:
    """Set the session's device and the address for its pushes. A field that is left out is removed."""
    session_id = session_of(principal)
    async with db.write(DOORKEEPER) as tx:
        return await actions.set_device(tx, principal.viewer.id, session_id, data)


@get("/me/security-events", guards=[requires("account:read")], responses=documented(400, 401, 403))
async def get_security_events(
    viewer: NamedDependency[Viewer], db: NamedDependency[Database], after: After = None, limit: Limit = 50
) -> Page[SecurityEvent]:
    """Security events of the account, newest first."""
    at, last = _EVENTS.decode_or_none(after) or (None, None)
    async with db.read(viewer) as tx:
        rows = await security_events_for.many(tx, viewer.id, at, last, limit + 1)
    return _EVENTS.page(rows, limit, lambda row: (row.at, row.id))


routes = below("/api/v1", [get_sessions, delete_sessions, delete_session, put_device, get_security_events])
