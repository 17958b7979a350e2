"""The origin of a request."""

from typing import Any

from litestar import Request

from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.core.identity.security_events.schemas import Caller


def caller(request: Request[Any, Any, Any], keyed: KeyedHash) -> Caller:
    """Return the origin of a request, as the log of security events stores it."""
    client = request.client
    agent = request.headers.get("user-agent")
    return Caller(
        keyed.of("address", client.host) if client is not None else None,
        agent[:300].replace("\x00", "") if agent is not None else None,
    )
