"""Moderation: sanctions, deletions, the audit log."""

from typing import Annotated

from litestar.params import PathParameter, QueryParameter

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.ids import UserId
from guildhall.pack import WebPart
from guildhall.packs.realm.access.api.parameters import AN_ID, READ, STAFF, WRITE, PathServerId
from guildhall.packs.realm.access.errors.permissions import ChannelNotFound, LevelTooLow, UserNotFound
from guildhall.packs.realm.ids import ChannelId, SanctionId
from guildhall.packs.realm.sanctions import queries
from guildhall.packs.realm.sanctions.actions import sanctions as actions
from guildhall.packs.realm.sanctions.actions.deletions import delete_messages
from guildhall.packs.realm.sanctions.errors import (
    NothingChosen,
    SanctionInThePast,
    SanctionNotFound,
    SanctionOver,
    TooManyChosen,
)
from guildhall.packs.realm.sanctions.schemas import (
    Deletion,
    DeletionRequest,
    OwnSanction,
    Sanction,
    SanctionKind,
    SanctionRequest,
)
from guildhall.packs.realm.settings import RealmSettings
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/realm")

_SANCTIONS = Cursor("sanctions", 1, SanctionId)
_OWN = Cursor("own_sanctions", 1, SanctionId)

PathSanctionId = Annotated[SanctionId, PathParameter(description="The sanction's id", examples=AN_ID)]
InChannel = Annotated[
    ChannelId | None,
    QueryParameter(name="channel_id", description="Only in this channel", required=False, examples=AN_ID),
]
OnUser = Annotated[
    UserId | None, QueryParameter(name="user_id", description="Only on this person", required=False, examples=AN_ID)
]
OfKind = Annotated[SanctionKind | None, QueryParameter(name="kind", description="Only of this kind", required=False)]
Running = Annotated[bool, QueryParameter(name="running", description="Only those that are not over")]


@routes.get("/me/sanctions", scope=READ, pages=Pages(_OWN, 50))
async def list_own_sanctions(viewer: Viewer, tx: Read, asked: Asked[SanctionId]) -> Page[OwnSanction]:
    """Sanctions on you.

    Return the sanctions in force, the newest first.
    """
    rows = await queries.sanctions_on.many(tx, viewer.id, tx.now, asked.after, asked.rows)
    return _OWN.page(rows, asked.limit, lambda row: row.id)


@routes.post(
    "/servers/{server_id:uuid}/sanctions",
    scope=WRITE,
    raises=(*STAFF, LevelTooLow, ChannelNotFound, UserNotFound, SanctionInThePast),
)
async def post_sanction(
    server_id: PathServerId, data: SanctionRequest, principal: Principal, db: Database, settings: RealmSettings
) -> Sanction:
    """Mute or ban somebody.

    Mute or ban a person of a lower rank: on the server for its moderators, in a channel for the channel's.

    It takes effect at once, on everything that is open, and the person is notified. The leads of a person who is banned
    from the server pass on: parties and raids at once, a guild when the ban is longer than it waits for its leader.
    """
    return await db.transact(lambda tx: actions.sanction(tx, principal, server_id, data, settings), principal.viewer)


@routes.get(
    "/servers/{server_id:uuid}/sanctions",
    scope=READ,
    pages=Pages(_SANCTIONS, 50),
    raises=(*STAFF, LevelTooLow, ChannelNotFound),
)
async def list_sanctions(
    server_id: PathServerId,
    principal: Principal,
    tx: Read,
    asked: Asked[SanctionId],
    channel_id: InChannel = None,
    user_id: OnUser = None,
    kind: OfKind = None,
    running: Running = False,
) -> Page[Sanction]:
    """Sanctions on a server, newest first.

    Return the sanctions, for moderators of the server; those in a channel for its moderators too.
    """
    await actions.sanctioning(tx, principal, server_id, channel_id)
    rows = await queries.sanctions_of_server.many(
        tx, server_id, channel_id, user_id, kind, running, tx.now, asked.after, asked.rows
    )
    return _SANCTIONS.page(rows, asked.limit, lambda row: row.id)


@routes.post(
    "/sanctions/{sanction_id:uuid}/lift",
    scope=WRITE,
    status=200,
    raises=(*STAFF, LevelTooLow, ChannelNotFound, SanctionNotFound, SanctionOver),
)
async def post_lift(sanction_id: PathSanctionId, principal: Principal, tx: Write) -> Sanction:
    """Lift a sanction.

    For moderators of the place whose rank is not below that of the sanction's author.
    """
    return await actions.lift_sanction(tx, principal, sanction_id)


@routes.post(
    "/servers/{server_id:uuid}/deletions",
    scope=WRITE,
    status=200,
    raises=(*STAFF, NothingChosen, LevelTooLow, ChannelNotFound, TooManyChosen),
)
async def post_deletion(
    server_id: PathServerId, data: DeletionRequest, principal: Principal, tx: Write, settings: RealmSettings
) -> Deletion:
    """Delete many messages.

    Delete the named messages, or a person's since a time, the newest first; readers see them go at once.

    In a channel for its moderators, on the whole server for the server's. `more` is true if messages are left.
    """
    return await delete_messages(tx, principal, server_id, data, settings.bulk_delete_most)


WEB = WebPart(routes=routes)
