"""The audit of acts of people who have power over others."""

from collections.abc import Mapping

from guildhall.core.moderation.actions import record_act
from guildhall.db.pool import Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.ids import ChannelId, GuildId, ServerId


async def record(
    tx: Transaction,
    act: str,
    *,
    actor: UserId | None,
    server: ServerId | None = None,
    subject: UserId | None = None,
    channel: ChannelId | None = None,
    guild: GuildId | None = None,
    reason: str | None = None,
    details: Mapping[str, object] | None = None,
) -> None:
    """Record an act in the caller's transaction: both are kept, or neither.

    `actor` is an account, which need not have a character; None is the house itself. `details` hold no text that
    people wrote and no ids of people, which outlive their accounts here.
    """
    context = {name: id for name, id in (("channel_id", channel), ("guild_id", guild)) if id is not None}
    await record_act(
        tx, "realm", act, actor=actor, place=server, subject=subject, context=context, reason=reason, details=details
    )
