"""The audit log of a server, with the names of people."""

from uuid import UUID

from guildhall.core.moderation.ids import AuditEntryId
from guildhall.db.statements import rows
from guildhall.ids import UserId
from guildhall.packs.realm.access.schemas.audit import AuditEntry
from guildhall.packs.realm.ids import ServerId


@rows(
    AuditEntry,
    """
    select a.id, a.at, a.act, a.actor_id, u.username as actor, a.subject_id, s.username as subject,
           (a.context->>'channel_id')::uuid as channel_id, (a.context->>'guild_id')::uuid as guild_id,
           a.reason, a.details
    from core.audit_log a
    left join realm.users u on u.id = a.actor_id
    left join realm.users s on s.id = a.subject_id
    where a.place_id = :server and (:act::text is null or a.act = :act)
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
