"""Errors of sessions and their tokens."""

from guildhall.core.identity.ids import SessionId
from guildhall.core.identity.principals.errors import Unauthenticated
from guildhall.errors import (
    Conflict,
    NotFound,
    PermissionDenied,
)


class RefreshTokenInvalid(Unauthenticated):
    says = "The refresh token is not valid: it belongs to no session."


class RefreshTokenReused(Unauthenticated):
    """The token was stolen: it was used twice."""

    says = "The refresh token was used before; its session has ended."


class RefreshRaced(Conflict):
    """Probably another tab of the same browser has used the token."""

    says = "Somebody has just refreshed: this refresh token was used a moment ago; use the tokens that it gave."


class AccountSuspended(PermissionDenied):
    code = "identity.suspended"
    says = "The account is suspended."


class CrossSite(PermissionDenied):
    says = "Not from here: another site's page made this request with the cookies of this one."


class SessionNotFound(NotFound):
    says = "Session not found: you have no session {session_id}."
    session_id: SessionId
