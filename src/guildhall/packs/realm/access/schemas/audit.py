"""Actions of moderators and administrators."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from guildhall.core.moderation.ids import AuditEntryId
from guildhall.ids import UserId
from guildhall.packs.realm.ids import ChannelId, GuildId


class AuditEntry(Struct, frozen=True):
    """One act. People who are gone, and administrators without a character, have no name here."""

    id: AuditEntryId
    at: datetime
    act: str
    actor_id: UserId | None
    actor: str | None
    subject_id: UUID | None
    subject: str | None
    channel_id: ChannelId | None
    guild_id: GuildId | None
    reason: str | None
    details: dict[str, Any]
