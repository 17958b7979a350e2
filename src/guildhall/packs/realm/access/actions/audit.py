"""Keeping what those do who have power over others."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.access.queries.audit import add_audit
from guildhall.packs.realm.ids import AuditEntryId, ChannelId, GuildId, ServerId


async def record(
    tx: Transaction,
    act: str,
    *,
    actor: UserId | None,
    server: ServerId | None = None,
    subject: UUID | None = None,
    channel: ChannelId | None = None,
    guild: GuildId | None = None,
    reason: str | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Note an act in the caller's transaction: both are kept, or neither.

    `actor` is an account, which need not have a character; None is the house itself. `details` hold no text that
    people wrote and no ids of people, which outlive their accounts here.
    """
    await add_audit.run(
        tx,
        AuditEntryId(uuid7()),
        tx.now,
        act,
        actor,
        server,
        subject,
        channel,
        guild,
        reason,
        msgspec.to_builtins(details or {}),
    )
