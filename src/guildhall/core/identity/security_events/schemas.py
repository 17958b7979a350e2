"""Structs of the log of security events."""

from datetime import datetime
from typing import Any, Literal

from msgspec import Struct

from guildhall.core.identity.ids import SecurityEventId, SessionId


class SecurityEvent(Struct, frozen=True):
    """An event of an account that concerns its security."""

    id: SecurityEventId
    at: datetime
    kind: str
    outcome: Literal["ok", "refused"]
    session_id: SessionId | None
    agent: str | None
    details: dict[str, Any]


class Caller(Struct, frozen=True):
    """The origin of a request, as far as the log may know: a keyed hash of the address, the agent's name."""

    ip_hash: bytes | None
    agent: str | None
