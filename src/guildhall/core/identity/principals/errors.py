"""Errors of accounts and authentication."""

from guildhall.errors import (
    AuthenticationRequired,
    PermissionDenied,
)


class Unauthenticated(AuthenticationRequired):
    says = "Authentication required: sign in first."


class TokenExpired(Unauthenticated):
    says = "The access token has expired; refresh it."


class SessionEnded(Unauthenticated):
    says = "The session has ended; sign in again."


class ScopeMissing(PermissionDenied):
    says = "The API token lacks a scope: it may not do this."


class RoleMissing(PermissionDenied):
    says = "Not for your role: only a {least} may do this."
    least: str
