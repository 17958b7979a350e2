"""The tokens that a session lives on: refresh and sign-out."""

from typing import Annotated, Any

from litestar import Request, Response
from msgspec import Meta, Struct

from guildhall.core.identity.actions.audit import Caller, record
from guildhall.core.identity.actions.sessions import end_session, rotate
from guildhall.core.identity.api.answers import session_answer
from guildhall.core.identity.cookies import Cookies
from guildhall.core.identity.errors import (
    AccountSuspended,
    CrossSite,
    RefreshRaced,
    RefreshTokenInvalid,
    RefreshTokenReused,
    Unauthenticated,
)
from guildhall.core.identity.queries.sessions import holder_of_token
from guildhall.core.identity.revocations import Revocations
from guildhall.core.identity.schemas import DOORKEEPER, PageSession, Principal, SessionTokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.tokens import AccessTokens, token_hash
from guildhall.db.pool import Database
from guildhall.errors import GuildhallError
from guildhall.web.route import PEOPLE, PUBLIC, Routes

routes = Routes("/api/v1")


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
