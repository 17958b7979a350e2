"""The viewer's sessions and the log of what happened to the account."""

from typing import Annotated
from uuid import UUID

from litestar.params import PathParameter, QueryParameter
from msgspec import Struct

from guildhall.core.identity.actions import sessions as actions
from guildhall.core.identity.actions.audit import Caller, record
from guildhall.core.identity.api.parameters import AN_ID
from guildhall.core.identity.errors import SessionNotFound
from guildhall.core.identity.principal import session_of
from guildhall.core.identity.queries.audit import security_events_for
from guildhall.core.identity.queries.sessions import sessions_for
from guildhall.core.identity.revocations import Revocations
from guildhall.core.identity.schemas import DOORKEEPER, Device, Principal, SecurityEvent, SessionView
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.instants import Instant
from guildhall.web.route import PEOPLE, Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1")

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


@routes.get("/me/sessions", scope=PEOPLE, pages=Pages(_SESSIONS, 50))
async def get_sessions(principal: Principal, tx: Read, asked: Asked[UUID]) -> Page[SessionView]:
    """The devices that are signed in, the newest first."""
    before = asked.after
    rows = await sessions_for.many(tx, principal.viewer.id, principal.session, tx.now, before, asked.rows)
    return _SESSIONS.page(rows, asked.limit, lambda row: row.id)


@routes.delete("/me/sessions", scope=PEOPLE, status=200)
async def delete_sessions(
    principal: Principal,
    tx: Write,
    caller: Caller,
    revocations: Revocations,
    keep_current: Annotated[
        bool, QueryParameter(name="keep_current", description="Whether the session that asks goes on")
    ] = False,
) -> Ended:
    """Sign out everywhere, at once."""
    user_id = principal.viewer.id
    ended = await actions.end_sessions(tx, user_id, "signed_out", principal.session if keep_current else None)
    await record(
        tx, "sessions_ended", "ok", user_id=user_id, caller=caller, session_id=principal.session,
        details={"ended": ended},
    )  # fmt: skip
    await revocations.settle()
    return Ended(ended)


@routes.delete("/me/sessions/{session_id:uuid}", scope=PEOPLE, raises=(SessionNotFound,))
async def delete_session(
    session_id: SessionId, viewer: Viewer, tx: Write, caller: Caller, revocations: Revocations
) -> None:
    """Sign one device out, at once."""
    await actions.end_session_of(tx, viewer.id, session_id, caller)
    await revocations.settle()


@routes.put("/me/sessions/current/device", scope=PEOPLE, raises=(SessionNotFound,))
async def put_device(data: Device, principal: Principal, db: Database) -> SessionView:
    """Set the session's device and the address for its pushes. A field that is left out is removed."""
    session_id = session_of(principal)
    async with db.write(DOORKEEPER) as tx:
        return await actions.set_device(tx, principal.viewer.id, session_id, data)


@routes.get("/me/security-events", scope="account:read", pages=Pages(_EVENTS, 50))
async def get_security_events(viewer: Viewer, tx: Read, asked: Asked[tuple[Instant, UUID]]) -> Page[SecurityEvent]:
    """Security events of the account, newest first."""
    at, last = asked.after or (None, None)
    rows = await security_events_for.many(tx, viewer.id, at, last, asked.rows)
    return _EVENTS.page(rows, asked.limit, lambda row: (row.at, row.id))
