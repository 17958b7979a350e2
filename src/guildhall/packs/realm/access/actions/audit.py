"""Keeping what those do who have power over others."""

from collections.abc import Mapping
from uuid import UUID

import msgspec

from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.realm.access.queries.audit import add_audit


async def record(
    tx: Transaction,
    act: str,
    *,
    actor: UUID | None,
    server: UUID | None = None,
    subject: UUID | None = None,
    channel: UUID | None = None,
    guild: UUID | None = None,
    reason: str | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Note an act in the caller's transaction: both are kept, or neither.

    `actor` is an account, which need not have a character; None is the house itself. `details` hold no text that
    people wrote and no ids of people, which outlive their accounts here.
    """
    await add_audit.run(
        tx, uuid7(), tx.now, act, actor, server, subject, channel, guild, reason, msgspec.to_builtins(details or {})
    )
