"""Direct messages, and whose one does not take."""

from typing import Annotated

from litestar.params import PathParameter

from guildhall.core.social.settings import SocialSettings
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.ids import UserId
from guildhall.pack import WebPart
from guildhall.packs.realm.access.actions.permissions import profile_for
from guildhall.packs.realm.access.api.parameters import AN_ID, PROFILE, READ, WRITE, Limit, PathUserId
from guildhall.packs.realm.access.errors.content import ContentRefused
from guildhall.packs.realm.access.errors.permissions import Muted, UserNotFound
from guildhall.packs.realm.chat.api.messages import AfterId, Before
from guildhall.packs.realm.chat.errors.messages import OneDirection
from guildhall.packs.realm.direct import actions
from guildhall.packs.realm.direct import errors as refused
from guildhall.packs.realm.direct.errors import BlockedByYou, DirectMessageNotFound, KeyTaken, TooManyBlocks, ToYourself
from guildhall.packs.realm.direct.queries import blocks_for
from guildhall.packs.realm.direct.schemas import (
    Blocked,
    Conversation,
    DirectPage,
    DirectRead,
    DirectReadRequest,
    DirectRequest,
    DirectSent,
    UnreadDirect,
)
from guildhall.packs.realm.ids import DirectMessageId
from guildhall.packs.realm.settings import RealmSettings
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/realm")

_CONVERSATIONS = Cursor("realm.conversations", 1, tuple[DirectMessageId])
_BLOCKS = Cursor("realm.blocks", 1, tuple[UserId])

PathDirectId = Annotated[DirectMessageId, PathParameter(description="The direct message's id", examples=AN_ID)]


@routes.get("/direct", scope=READ, pages=Pages(_CONVERSATIONS), raises=PROFILE)
async def list_conversations(
    tx: Read, settings: RealmSettings, asked: Asked[tuple[DirectMessageId]]
) -> Page[Conversation]:
    """Your conversations.

    Return the viewer's conversations, the latest first, with the counts of unread messages up to a limit.
    """
    at = asked.after
    rows = await actions.conversations(tx, None if at is None else at[0], asked.rows, settings.unread_most)
    return _CONVERSATIONS.page(rows, asked.limit, lambda row: (row.last.id,))


@routes.get("/direct/unread", scope=READ, raises=PROFILE)
async def count_unread(tx: Read, settings: RealmSettings) -> UnreadDirect:
    """Unread direct messages.

    Count the unread messages and their senders.
    """
    return await actions.unread_direct(tx, settings.unread_most)


@routes.get("/direct/{user_id:uuid}/messages", scope=READ, raises=(*PROFILE, OneDirection, UserNotFound))
async def list_direct(
    user_id: PathUserId, tx: Read, before: Before = None, after: AfterId = None, limit: Limit = 50
) -> DirectPage:
    """A conversation.

    The newest messages before one, newest first; with `after` the oldest after one, oldest first.
    """
    return await actions.read_conversation(tx, user_id, before, after, limit)


@routes.post(
    "/direct/{user_id:uuid}/messages",
    scope=WRITE,
    raises=(*PROFILE, refused.Blocked, Muted, UserNotFound, BlockedByYou, KeyTaken, ToYourself, ContentRefused),
)
async def send_direct(user_id: PathUserId, tx: Write, settings: RealmSettings, data: DirectRequest) -> DirectSent:
    """Send a direct message.

    Send a direct message to a person of the same server.

    Their devices and the viewer's others are notified at once.

    `again` is true if a message of the same `client_key` was there already; the answer then has that one.
    """
    return await actions.send_direct(tx, user_id, data, settings)


@routes.post(
    "/direct/{user_id:uuid}/read", scope=WRITE, status=200, raises=(*PROFILE, DirectMessageNotFound, UserNotFound)
)
async def read_direct(user_id: PathUserId, tx: Write, data: DirectReadRequest | None = None) -> DirectRead:
    """Mark a conversation as read.

    Mark the other person's messages as read, up to one or all of them. The other person is notified.
    """
    return await actions.mark_direct_read(tx, user_id, data.up_to if data is not None else None)


@routes.delete(
    "/direct/messages/{message_id:uuid}",
    scope=WRITE,
    raises=(*PROFILE, DirectMessageNotFound),
    empty="Its text is gone; its place stays.",
)
async def delete_direct(message_id: PathDirectId, tx: Write) -> None:
    """Take a direct message back.

    One of the viewer's own, for both.
    """
    await actions.delete_direct(tx, message_id)


@routes.get("/blocks", scope=READ, pages=Pages(_BLOCKS), raises=PROFILE)
async def list_blocks(viewer: Viewer, tx: Read, asked: Asked[tuple[UserId]]) -> Page[Blocked]:
    """People you block.

    Those with a character here; GET /api/v1/me/blocks has all of them.
    """
    at = asked.after
    await profile_for(tx)
    rows = await blocks_for.many(tx, viewer.id, None if at is None else at[0], asked.rows)
    return _BLOCKS.page(rows, asked.limit, lambda row: (row.user_id,))


@routes.put(
    "/blocks/{user_id:uuid}",
    scope=WRITE,
    status=204,
    raises=(*PROFILE, UserNotFound, ToYourself, TooManyBlocks),
    empty="Their messages are not taken.",
)
async def block(user_id: PathUserId, tx: Write, settings: SocialSettings) -> None:
    """Block somebody.

    They cannot write to the viewer, and are told so when they try. It is the same as PUT /api/v1/me/blocks/{user_id},
    and holds in every game.
    """
    await actions.block(tx, user_id, settings.blocks_most)


@routes.delete(
    "/blocks/{user_id:uuid}", scope=WRITE, raises=(*PROFILE, UserNotFound), empty="Their messages are taken."
)
async def unblock(user_id: PathUserId, tx: Write) -> None:
    """Unblock somebody.

    Take their messages again.
    """
    await actions.unblock(tx, user_id)


WEB = WebPart(routes=routes)
