"""The log of what those do who have power over others."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guildhall.db.query import Command, Query
from guildhall.packs.realm.schemas.audit import AuditEntry

add_audit = Command(
    """
    insert into realm.audit_log (id, at, act, actor_id, server_id, subject_id, channel_id, guild_id, reason, details)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
    """,
    UUID,
    datetime,
    str,
    UUID | None,
    UUID | None,
    UUID | None,
    UUID | None,
    UUID | None,
    str | None,
    Any,
)

audit_of_server = Query(
    AuditEntry,
    """
    select a.id, a.at, a.act, a.actor_id, u.username as actor, a.subject_id, s.username as subject, a.channel_id,
           a.guild_id, a.reason, a.details
    from realm.audit_log a
    left join realm.users u on u.id = a.actor_id
    left join realm.users s on s.id = a.subject_id
    where a.server_id = $1 and ($2::text is null or a.act = $2) and ($3::uuid is null or a.actor_id = $3)
      and ($4::uuid is null or a.subject_id = $4) and ($5::uuid is null or a.id < $5)
    order by a.id desc
    limit $6
    """,
    UUID,
    str | None,
    UUID | None,
    UUID | None,
    UUID | None,
    int,
    hot=True,
)
