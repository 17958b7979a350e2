"""The log of security events."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guildhall.core.identity.schemas import SecurityEvent
from guildhall.db.query import Command, Query

add_security_event = Command(
    """
    insert into core.security_events (id, at, user_id, kind, outcome, session_id, ip_hash, agent, details)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    """,
    UUID, datetime, UUID | None, str, str, UUID | None, bytes | None, str | None, dict[str, Any],
)  # fmt: skip

security_events_for = Query(
    SecurityEvent,
    """
    select id, at, kind, outcome, session_id, agent, details
    from core.security_events
    where user_id = $1 and ($2::timestamptz is null or (at, id) < ($2, $3))
    order by at desc, id desc
    limit $4
    """,
    UUID, datetime | None, UUID | None, int,
)  # fmt: skip
