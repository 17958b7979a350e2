"""The log of what those do who have power over others."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.realm.access.schemas.audit import AuditEntry
from guildhall.packs.realm.ids import AuditEntryId, ChannelId, GuildId, ServerId


@command(
    """
    insert into realm.audit_log (id, at, act, actor_id, server_id, subject_id, channel_id, guild_id, reason, details)
    values (:id, :at, :act, :actor, :server, :subject, :channel, :guild, :reason, :details)
    """,
)
def add_audit(
    id: AuditEntryId,
    at: datetime,
    act: str,
    actor: UserId | None,
    server: ServerId | None,
    subject: UUID | None,
    channel: ChannelId | None,
    guild: GuildId | None,
    reason: str | None,
    details: Any,
) -> None: ...


@rows(
    AuditEntry,
    """
    select a.id, a.at, a.act, a.actor_id, u.username as actor, a.subject_id, s.username as subject, a.channel_id,
           a.guild_id, a.reason, a.details
    from realm.audit_log a
    left join realm.users u on u.id = a.actor_id
    left join realm.users s on s.id = a.subject_id
    where a.server_id = :server and (:act::text is null or a.act = :act)
      and (:actor::uuid is null or a.actor_id = :actor)
      and (:subject::uuid is null or a.subject_id = :subject) and (:after::uuid is null or a.id < :after)
    order by a.id desc
    limit :limit
    """,
    hot=True,
)
def audit_of_server(
    server: ServerId,
    act: str | None,
    actor: UserId | None,
    subject: UUID | None,
    after: AuditEntryId | None,
    limit: int,
) -> None: ...
