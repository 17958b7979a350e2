"""The audit log of moderators' and officers' actions."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.moderation.ids import AuditEntryId
from guildhall.db.pages import Cursor, Page
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.authority import acting_on
from guildhall.packs.realm.access.api.parameters import AN_ID, READ, STAFF, PathServerId
from guildhall.packs.realm.access.queries.audit import audit_of_server
from guildhall.packs.realm.access.rules.ranks import MODERATOR
from guildhall.packs.realm.access.schemas.audit import AuditEntry
from guildhall.text import WITHOUT_NUL
from guildhall.web.route import Asked, Pages, Read, Routes

routes = Routes("/api/v1/realm")

_AUDIT = Cursor("realm_audit", 1, AuditEntryId)
OfAct = Annotated[
    str | None,
    QueryParameter(
        name="act", description="Only acts of this kind", max_length=60, pattern=WITHOUT_NUL, required=False,
        examples=[Example(value="banned")],
    ),
]  # fmt: skip
ByActor = Annotated[
    UserId | None, QueryParameter(name="actor_id", description="Only of this moderator", required=False, examples=AN_ID)
]
OnUser = Annotated[
    UserId | None, QueryParameter(name="user_id", description="Only on this person", required=False, examples=AN_ID)
]


@routes.get("/servers/{server_id:uuid}/audit", scope=READ, pages=Pages(_AUDIT, 50), raises=STAFF)
async def list_audit(
    server_id: PathServerId,
    principal: Principal,
    tx: Read,
    asked: Asked[AuditEntryId],
    act: OfAct = None,
    actor_id: ByActor = None,
    user_id: OnUser = None,
) -> Page[AuditEntry]:
    """Audit of moderators' actions, newest first.

    For moderators of the server.
    """
    await acting_on(tx, principal, server_id, MODERATOR)
    rows = await audit_of_server.many(tx, server_id, act, actor_id, user_id, asked.after, asked.rows)
    return _AUDIT.page(rows, asked.limit, lambda row: row.id)
