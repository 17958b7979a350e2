"""Checks of what a principal may do."""

from typing import get_args

from guildhall.core.identity.ids import SessionId
from guildhall.core.identity.principals.errors import RoleMissing, ScopeMissing
from guildhall.core.identity.principals.schemas import Principal, Role

_ROLES = get_args(Role)


def require_scope(principal: Principal, scope: str) -> None:
    """Raises ScopeMissing for an API token without it. For what is asked for otherwise than by a request."""
    if principal.scopes is not None and scope not in principal.scopes:
        raise ScopeMissing(detail=f"The API token lacks the scope '{scope}'.")


def session_of(principal: Principal) -> SessionId:
    """Return the session of a person. Raises ScopeMissing for an API token, which has none."""
    if principal.session is None:
        raise ScopeMissing(detail="API tokens may not do this.")
    return principal.session


def require_role(principal: Principal, least: Role) -> None:
    """Raises RoleMissing for a person of a lower role."""
    if _ROLES.index(principal.role) < _ROLES.index(least):
        raise RoleMissing(least=least)
