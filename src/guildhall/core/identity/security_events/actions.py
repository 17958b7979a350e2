"""Writing the log of security events."""

from collections.abc import Mapping
from typing import Literal

from guildhall.core.identity.ids import SecurityEventId, SessionId
from guildhall.core.identity.security_events.queries import add_security_event
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7

Detail = str | int | bool | None


async def record(
    tx: Transaction,
    kind: str,
    outcome: Literal["ok", "refused"],
    *,
    user_id: UserId | None = None,
    caller: Caller | None = None,
    session_id: SessionId | None = None,
    details: Mapping[str, Detail] | None = None,
) -> None:
    """Add an event. It is part of the transaction: a refusal is recorded in one that commits.

    Secrets, addresses and e-mail addresses do not go into `details`.
    """
    await add_security_event.run(
        tx, SecurityEventId(uuid7()), tx.now, user_id, kind, outcome, session_id,
        caller.ip_hash if caller is not None else None,
        caller.agent if caller is not None else None,
        dict(details or {}),
    )  # fmt: skip
