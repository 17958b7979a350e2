"""The log of security events."""

from datetime import datetime
from typing import Any

from guildhall.core.identity.ids import SecurityEventId, SessionId
from guildhall.core.identity.security_events.schemas import SecurityEvent
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@command(
    """
    insert into core.security_events (id, at, user_id, kind, outcome, session_id, ip_hash, agent, details)
    values (:id, :at, :user, :kind, :outcome, :session, :ip_hash, :agent, :details)
    """,
)
def add_security_event(
    id: SecurityEventId,
    at: datetime,
    user: UserId | None,
    kind: str,
    outcome: str,
    session: SessionId | None,
    ip_hash: bytes | None,
    agent: str | None,
    details: dict[str, Any],
) -> None: ...


@rows(
    SecurityEvent,
    """
    select id, at, kind, outcome, session_id, agent, details
    from core.security_events
    where user_id = :user and (:after_at::timestamptz is null or (at, id) < (:after_at, :after))
    order by at desc, id desc
    limit :limit
    """,
)
def security_events_for(user: UserId, after_at: datetime | None, after: SecurityEventId | None, limit: int) -> None: ...
