"""The answer that gives a session to a signed-in person."""

from typing import Any

from litestar import Response

from guildhall.core.identity.sessions.cookies import Cookies
from guildhall.core.identity.sessions.schemas import PageSession, SessionTokens


def session_answer(given: SessionTokens, page: bool, cookies: Cookies) -> Response[Any]:
    """The tokens for an app; for a page of ours cookies, of which it can read none but the proof against forgery."""
    kept = {"cache-control": "no-store"}
    if not page:
        return Response(given, headers=kept)
    return Response(PageSession(given.session_id, given.expires_in), headers=kept, cookies=cookies.of_session(given))
