"""Direct messages, and whose one does not take."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from guildhall.core.identity.principal import requires
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.realm.actions import direct as actions
from guildhall.packs.realm.actions.access import profile_for
from guildhall.packs.realm.api.messages import AfterId, Before
from guildhall.packs.realm.api.parameters import AN_ID, READ, WRITE, After, Limit, UserId
from guildhall.packs.realm.queries.blocks import blocks_for
from guildhall.packs.realm.schemas.direct import (
    Blocked,
    Conversation,
    DirectPage,
    DirectRead,
    DirectReadRequest,
    DirectRequest,
    DirectSent,
    UnreadDirect,
)
from guildhall.packs.realm.settings import RealmSettings
from guildhall.web.problems import bodiless, documented
from guildhall.web.routes import below

_CONVERSATIONS = Cursor("realm.conversations", 1, tuple[UUID])
_BLOCKS = Cursor("realm.blocks", 1, tuple[UUID])

DirectId = Annotated[UUID, PathParameter(description="The direct message's id", examples=AN_ID)]


@get("/direct", summary="Your conversations", responses=documented(400, 401, 403, 409), guards=[requires(READ)])
async def list_conversations(
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    settings: NamedDependency[RealmSettings],
    after: After = None,
    limit: Limit = 20,
) -> Page[Conversation]:
    """Return the viewer's conversations, the latest first, with the counts of unread messages up to a limit."""
    at = _CONVERSATIONS.decode_or_none(after)
    async with db.read(viewer) as tx:
        rows = await actions.conversations(tx, viewer, None if at is None else at[0], limit + 1, settings.unread_most)
    return _CONVERSATIONS.page(rows, limit, lambda row: (row.last.id,))


@get("/direct/unread", summary="Unread direct messages", responses=documented(401, 403, 409), guards=[requires(READ)])
async def count_unread(
    viewer: NamedDependency[Viewer], db: NamedDependency[Database], settings: NamedDependency[RealmSettings]
) -> UnreadDirect:
    """Count the unread messages and their senders."""
    async with db.read(viewer) as tx:
        return await actions.unread_direct(tx, viewer, settings.unread_most)


@get(
    "/direct/{user_id:uuid}/messages",
    summary="A conversation",
    responses=documented(400, 401, 403, 404, 409),
    guards=[requires(READ)],
)
async def list_direct(
    user_id: UserId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    before: Before = None,
    after: AfterId = None,
    limit: Limit = 50,
) -> DirectPage:
    """The newest messages before one, newest first; with `after` the oldest after one, oldest first."""
    async with db.read(viewer) as tx:
        return await actions.read_conversation(tx, viewer, user_id, before, after, limit)


@post(
    "/direct/{user_id:uuid}/messages",
    summary="Send a direct message",
    responses=documented(400, 401, 403, 404, 409, 413, 422),
)
async def send_direct(
    user_id: UserId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    settings: NamedDependency[RealmSettings],
    data: JSONBody[DirectRequest],
) -> DirectSent:
    """Send a direct message to a person of the same server.

    Their devices and the viewer's others are notified at once.

    `again` is true if a message of the same `client_key` was there already; the answer then has that one.
    """
    async with db.write(viewer) as tx:
        return await actions.send_direct(tx, viewer, user_id, data, settings)


@post(
    "/direct/{user_id:uuid}/read",
    status_code=200,
    summary="Mark a conversation as read",
    responses=documented(400, 401, 403, 404, 409, 413),
)
async def read_direct(
    user_id: UserId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    data: JSONBody[DirectReadRequest | None] = None,
) -> DirectRead:
    """Mark the other person's messages as read, up to one or all of them. The other person is notified."""
    async with db.write(viewer) as tx:
        return await actions.mark_direct_read(tx, viewer, user_id, data.up_to if data is not None else None)


@delete(
    "/direct/messages/{message_id:uuid}",
    summary="Take a direct message back",
    responses={**documented(400, 401, 403, 404, 409), **bodiless(204, "Its text is gone; its place stays.")},
)
async def delete_direct(message_id: DirectId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> None:
    """One of the viewer's own, for both."""
    async with db.write(viewer) as tx:
        await actions.delete_direct(tx, viewer, message_id)


@get("/blocks", summary="People you block", responses=documented(400, 401, 403, 409), guards=[requires(READ)])
async def list_blocks(
    viewer: NamedDependency[Viewer], db: NamedDependency[Database], after: After = None, limit: Limit = 20
) -> Page[Blocked]:
    """The people whose messages the viewer does not take."""
    at = _BLOCKS.decode_or_none(after)
    async with db.read(viewer) as tx:
        await profile_for(tx, viewer)
        rows = await blocks_for.many(tx, viewer.id, None if at is None else at[0], limit + 1)
    return _BLOCKS.page(rows, limit, lambda row: (row.user_id,))


@put(
    "/blocks/{user_id:uuid}",
    status_code=204,
    summary="Block somebody",
    responses={**documented(400, 401, 403, 404, 409), **bodiless(204, "Their messages are not taken.")},
)
async def block(
    user_id: UserId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    settings: NamedDependency[RealmSettings],
) -> None:
    """Block a person: they cannot write to the viewer, and are told so when they try."""
    async with db.write(viewer) as tx:
        await actions.block(tx, viewer, user_id, settings.blocks_most)


@delete(
    "/blocks/{user_id:uuid}",
    summary="Unblock somebody",
    responses={**documented(400, 401, 403, 404, 409), **bodiless(204, "Their messages are taken.")},
)
async def unblock(user_id: UserId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> None:
    """Take their messages again."""
    async with db.write(viewer) as tx:
        await actions.unblock(tx, viewer, user_id)


routes = below(
    "/api/v1/realm",
    [
        list_conversations, count_unread, list_direct, send_direct, read_direct, delete_direct, list_blocks, block,
        unblock,
    ],
    guards=[requires(WRITE)],
)  # fmt: skip
