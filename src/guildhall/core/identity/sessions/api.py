"""The viewer's sessions and the log of what happened to the account."""

from typing import Annotated, Any

from litestar import Request, Response
from litestar.params import PathParameter, QueryParameter
from msgspec import Meta, Struct

from guildhall.core.identity.ids import SessionId
from guildhall.core.identity.principals.errors import Unauthenticated
from guildhall.core.identity.principals.parameters import AN_ID
from guildhall.core.identity.principals.permissions import session_of
from guildhall.core.identity.principals.revocations import Revocations
from guildhall.core.identity.principals.schemas import DOORKEEPER, Principal
from guildhall.core.identity.principals.tokens import AccessTokens, token_hash
from guildhall.core.identity.security_events.actions import record
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.sessions import actions
from guildhall.core.identity.sessions.actions import end_session, rotate
from guildhall.core.identity.sessions.answers import session_answer
from guildhall.core.identity.sessions.authenticator import Authenticator
from guildhall.core.identity.sessions.cookies import Cookies
from guildhall.core.identity.sessions.errors import (
    AccountSuspended,
    CrossSite,
    RefreshRaced,
    RefreshTokenInvalid,
    RefreshTokenReused,
    SessionNotFound,
)
from guildhall.core.identity.sessions.queries import holder_of_token, sessions_for
from guildhall.core.identity.sessions.schemas import Device, PageSession, SessionTokens, SessionView
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.errors import GuildhallError
from guildhall.pack import WebPart
from guildhall.web.route import PEOPLE, PUBLIC, Asked, Pages, Read, Routes

routes = Routes("/api/v1")

_SESSIONS = Cursor("sessions", 1, SessionId)

PathSessionId = Annotated[SessionId, PathParameter(description="Id of one of the viewer's sessions", examples=AN_ID)]


class Ended(Struct, frozen=True):
    """The number of sessions that have ended."""

    ended: int


@routes.get("/me/sessions", scope=PEOPLE, pages=Pages(_SESSIONS, 50))
async def get_sessions(principal: Principal, tx: Read, asked: Asked[SessionId]) -> Page[SessionView]:
    """The devices that are signed in, the newest first."""
    before = asked.after
    rows = await sessions_for.many(tx, principal.viewer.id, principal.session, tx.now, before, asked.rows)
    return _SESSIONS.page(rows, asked.limit, lambda row: row.id)


@routes.delete("/me/sessions", scope=PEOPLE, status=200)
async def delete_sessions(
    principal: Principal,
    db: Database,
    caller: Caller,
    revocations: Revocations,
    keep_current: Annotated[
        bool, QueryParameter(name="keep_current", description="Whether the session that asks goes on")
    ] = False,
) -> Ended:
    """Sign out everywhere, at once."""
    user_id = principal.viewer.id
    async with db.write(principal.viewer) as tx:
        ended = await actions.end_sessions(tx, user_id, "signed_out", principal.session if keep_current else None)
        await record(
            tx, "sessions_ended", "ok", user_id=user_id, caller=caller, session_id=principal.session,
            details={"ended": ended},
        )  # fmt: skip
    await revocations.settle()
    return Ended(ended)


@routes.delete("/me/sessions/{session_id:uuid}", scope=PEOPLE, raises=(SessionNotFound,))
async def delete_session(
    session_id: PathSessionId, viewer: Viewer, db: Database, caller: Caller, revocations: Revocations
) -> None:
    """Sign one device out, at once."""
    async with db.write(viewer) as tx:
        await actions.end_session_of(tx, viewer.id, session_id, caller)
    await revocations.settle()


@routes.put("/me/sessions/current/device", scope=PEOPLE, raises=(SessionNotFound,))
async def put_device(data: Device, principal: Principal, db: Database) -> SessionView:
    """Set the session's device and the address for its pushes. A field that is left out is removed."""
    session_id = session_of(principal)
    async with db.write(DOORKEEPER) as tx:
        return await actions.set_device(tx, principal.viewer.id, session_id, data)


class RefreshRequest(Struct, frozen=True):
    """The refresh token; a page leaves it out, for its cookie has it."""

    refresh_token: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


@routes.post(
    "/auth/refresh",
    scope=PUBLIC,
    status=200,
    raises=(RefreshTokenInvalid, RefreshTokenReused, Unauthenticated, AccountSuspended, CrossSite, RefreshRaced),
)
async def post_refresh(
    request: Request[Any, Any, Any],
    data: RefreshRequest,
    db: Database,
    settings: IdentitySettings,
    accesstokens: AccessTokens,
    page_cookies: Cookies,
    caller: Caller,
) -> Response[SessionTokens | PageSession]:
    """Exchange a refresh token, which is spent by it, for new tokens.

    A second use ends the session: the token was stolen.
    """
    token = data.refresh_token or request.cookies.get(page_cookies.refresh)
    if not token:
        raise Unauthenticated(detail="There is no refresh token.")
    of_page = data.refresh_token is None
    if of_page:
        page_cookies.require_own_page(request.headers)
    async with db.write(DOORKEEPER) as tx:
        given = await rotate(tx, token, tokens=accesstokens, settings=settings, caller=caller)
        if of_page and isinstance(given, SessionTokens):
            page_cookies.require_csrf(request.headers, request.cookies, given.session_id)
    if isinstance(given, GuildhallError):
        raise given
    return session_answer(given, of_page, page_cookies)


@routes.post("/auth/sign-out", scope=PEOPLE, status=204, empty="The session has ended.")
async def post_sign_out(
    request: Request[Any, Any, Any],
    data: RefreshRequest,
    visitor: Principal | None,
    db: Database,
    page_cookies: Cookies,
    revocations: Revocations,
    caller: Caller,
) -> Response[None]:
    """End the session, at once. An access token that has expired is made up for by the refresh token."""
    session_id = visitor.session if visitor is not None else None
    user_id = visitor.viewer.id if visitor is not None else None
    async with db.write(DOORKEEPER) as tx:
        if session_id is None:
            token = data.refresh_token or request.cookies.get(page_cookies.refresh, "")
            holder = await holder_of_token.one_or_none(tx, token_hash(token))
            if holder is None:
                raise Unauthenticated
            session_id, user_id = holder.id, holder.user_id
            if data.refresh_token is None:
                page_cookies.require_own_page(request.headers)
                page_cookies.require_csrf(request.headers, request.cookies, session_id)
        if await end_session(tx, session_id, "signed_out"):
            await record(tx, "sign_out", "ok", user_id=user_id, caller=caller, session_id=session_id)
    await revocations.settle()
    return Response(None, status_code=204, cookies=page_cookies.none())


WEB = WebPart(provides=(Cookies, Authenticator), routes=routes)
