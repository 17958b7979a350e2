"""Moderation: sanctions, deletions, the audit log."""

from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import JSONBody, PathParameter, QueryParameter

from guildhall.core.identity.principal import requires
from guildhall.core.identity.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.realm.actions import sanctions as actions
from guildhall.packs.realm.actions.authority import acting_on
from guildhall.packs.realm.actions.deletions import delete_messages
from guildhall.packs.realm.api.parameters import AN_ID, READ, WRITE, After, Limit, ServerId
from guildhall.packs.realm.queries import moderation as queries
from guildhall.packs.realm.queries.audit import audit_of_server
from guildhall.packs.realm.rules.ranks import MODERATOR
from guildhall.packs.realm.schemas.audit import AuditEntry
from guildhall.packs.realm.schemas.moderation import (
    Deletion,
    DeletionRequest,
    OwnSanction,
    Sanction,
    SanctionKind,
    SanctionRequest,
)
from guildhall.packs.realm.settings import RealmSettings
from guildhall.text import WITHOUT_NUL
from guildhall.web.problems import documented
from guildhall.web.routes import below

_SANCTIONS = Cursor("sanctions", 1, UUID)
_OWN = Cursor("own_sanctions", 1, UUID)
_AUDIT = Cursor("realm_audit", 1, UUID)

SanctionId = Annotated[UUID, PathParameter(description="The sanction's id", examples=AN_ID)]
InChannel = Annotated[
    UUID | None, QueryParameter(name="channel_id", description="Only in this channel", required=False, examples=AN_ID)
]
OnUser = Annotated[
    UUID | None, QueryParameter(name="user_id", description="Only on this person", required=False, examples=AN_ID)
]
OfKind = Annotated[SanctionKind | None, QueryParameter(name="kind", description="Only of this kind", required=False)]
Running = Annotated[bool, QueryParameter(name="running", description="Only those that are not over")]
OfAct = Annotated[
    str | None,
    QueryParameter(
        name="act", description="Only acts of this kind", max_length=60, pattern=WITHOUT_NUL, required=False,
        examples=[Example(value="banned")],
    ),
]  # fmt: skip
ByActor = Annotated[
    UUID | None, QueryParameter(name="actor_id", description="Only of this moderator", required=False, examples=AN_ID)
]


@get("/me/sanctions", summary="Sanctions on you", responses=documented(400, 401, 403), guards=[requires(READ)])
async def list_own_sanctions(
    viewer: NamedDependency[Viewer], db: NamedDependency[Database], after: After = None, limit: Limit = 50
) -> Page[OwnSanction]:
    """Return the sanctions in force, the newest first."""
    below = _OWN.decode_or_none(after)
    async with db.read(viewer) as tx:
        rows = await queries.sanctions_on.many(tx, viewer.id, tx.now, below, limit + 1)
    return _OWN.page(rows, limit, lambda row: row.id)


@post("/servers/{server_id:uuid}/sanctions", summary="Mute or ban somebody",
      responses=documented(400, 401, 403, 404, 409, 413, 422), guards=[requires(WRITE)])  # fmt: skip
async def post_sanction(
    server_id: ServerId,
    data: JSONBody[SanctionRequest],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    settings: NamedDependency[RealmSettings],
) -> Sanction:
    """Mute or ban a person of a lower rank: on the server for its moderators, in a channel for the channel's.

    It takes effect at once, on everything that is open, and the person is notified. The leads of a person who is banned
    from the server pass on: parties and raids at once, a guild when the ban is longer than it waits for its leader.
    """
    return await db.transact(lambda tx: actions.sanction(tx, principal, server_id, data, settings), principal.viewer)


@get("/servers/{server_id:uuid}/sanctions", summary="Sanctions on a server, newest first",
     responses=documented(400, 401, 403, 404, 409), guards=[requires(READ)])  # fmt: skip
async def list_sanctions(
    server_id: ServerId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    channel_id: InChannel = None,
    user_id: OnUser = None,
    kind: OfKind = None,
    running: Running = False,
    after: After = None,
    limit: Limit = 50,
) -> Page[Sanction]:
    """Return the sanctions, for moderators of the server; those in a channel for its moderators too."""
    below = _SANCTIONS.decode_or_none(after)
    async with db.read(principal.viewer) as tx:
        await actions.sanctioning(tx, principal, server_id, channel_id)
        rows = await queries.sanctions_of_server.many(
            tx, server_id, channel_id, user_id, kind, running, tx.now, below, limit + 1
        )
    return _SANCTIONS.page(rows, limit, lambda row: row.id)


@post("/sanctions/{sanction_id:uuid}/lift", status_code=200, summary="Lift a sanction",
      responses=documented(400, 401, 403, 404, 409), guards=[requires(WRITE)])  # fmt: skip
async def post_lift(
    sanction_id: SanctionId, principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> Sanction:
    """Lift a sanction. For moderators of the place whose rank is not below that of the sanction's author."""
    async with db.write(principal.viewer) as tx:
        return await actions.lift_sanction(tx, principal, sanction_id)


@post("/servers/{server_id:uuid}/deletions", status_code=200, summary="Delete many messages",
      responses=documented(400, 401, 403, 404, 409, 413, 422), guards=[requires(WRITE)])  # fmt: skip
async def post_deletion(
    server_id: ServerId,
    data: JSONBody[DeletionRequest],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    settings: NamedDependency[RealmSettings],
) -> Deletion:
    """Delete the named messages, or a person's since a time, the newest first; readers see them go at once.

    In a channel for its moderators, on the whole server for the server's. `more` is true if messages are left.
    """
    async with db.write(principal.viewer) as tx:
        return await delete_messages(tx, principal, server_id, data, settings.bulk_delete_most)


@get("/servers/{server_id:uuid}/audit", summary="Audit of moderators' actions, newest first",
     responses=documented(400, 401, 403, 404, 409), guards=[requires(READ)])  # fmt: skip
async def list_audit(
    server_id: ServerId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    act: OfAct = None,
    actor_id: ByActor = None,
    user_id: OnUser = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[AuditEntry]:
    """Return the audit log of moderators' actions. For moderators of the server."""
    below = _AUDIT.decode_or_none(after)
    async with db.read(principal.viewer) as tx:
        await acting_on(tx, principal, server_id, MODERATOR)
        rows = await audit_of_server.many(tx, server_id, act, actor_id, user_id, below, limit + 1)
    return _AUDIT.page(rows, limit, lambda row: row.id)


routes = below(
    "/api/v1/realm",
    [
        list_own_sanctions,
        post_sanction,
        list_sanctions,
        post_lift,
        post_deletion,
        list_audit,
    ],
)
