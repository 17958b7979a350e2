"""Actions of moderators and administrators."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct


class AuditEntry(Struct, frozen=True):
    """One act. People who are gone, and administrators without a character, have no name here."""

    id: UUID
    at: datetime
    act: str
    actor_id: UUID | None
    actor: str | None
    subject_id: UUID | None
    subject: str | None
    channel_id: UUID | None
    guild_id: UUID | None
    reason: str | None
    details: dict[str, Any]
