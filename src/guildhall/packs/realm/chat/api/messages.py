"""Reading messages: the live log, histories, one message."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

import msgspec
from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.core.cache.api import Cached
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Fetched, Kind
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.instants import Instant
from guildhall.packs.realm.access.actions.permissions import profile_on
from guildhall.packs.realm.access.api.parameters import (
    AN_ID,
    CHANNEL,
    PROFILE,
    READ,
    SERVER,
    Limit,
    PathChannelId,
    PathMessageId,
    PathServerId,
    PathUserId,
)
from guildhall.packs.realm.access.errors.permissions import (
    Banned,
    ChannelNotFound,
    LevelTooLow,
    MessageNotFound,
    ServerNotFound,
)
from guildhall.packs.realm.chat.actions import reading as actions
from guildhall.packs.realm.chat.errors.messages import OneDirection
from guildhall.packs.realm.chat.schemas.messages import LiveLog, MessageInContext, MessagePage, Pin, Unread
from guildhall.packs.realm.settings import RealmSettings
from guildhall.web.route import Read, Routes

routes = Routes("/api/v1/realm")

LIVE_LOG = Kind("realm_live_log", timedelta(seconds=1), stale_for=timedelta(0), private=True)
"""The same for everybody of a server, but for nobody else."""
_LOG_MOST = 100
_encode = msgspec.json.Encoder().encode

Before = Annotated[
    UUID | None,
    QueryParameter(name="before", description="Newer ones are left out, and this one", examples=AN_ID, required=False),
]
AfterId = Annotated[
    UUID | None,
    QueryParameter(name="after", description="Older ones are left out, and this one", examples=AN_ID, required=False),
]
LogLimit = Annotated[int, QueryParameter(name="limit", ge=1, le=_LOG_MOST, description="Messages at most")]
Since = Annotated[
    Instant | None,
    QueryParameter(name="since", description="Only those after that instant", required=False,
                   examples=[Example(value="2026-01-31T18:00:00Z")]),
]  # fmt: skip
Context = Annotated[int, QueryParameter(name="context", ge=0, le=50, description="Messages on either side")]


@routes.get("/servers/{server_id:uuid}/live", scope=READ, raises=SERVER)
async def live_log(
    server_id: PathServerId,
    viewer: Viewer,
    db: Database,
    cache: Cache,
    settings: RealmSettings,
    since: Since = None,
    limit: LogLimit = _LOG_MOST,
) -> Cached[LiveLog]:
    """The live log of a server.

    The newest messages of the viewer's server that everybody there may read, newest first.

    For all who ask it is the same for a second or so; the live topic `realm.server:id` goes on from the newest id.
    """
    async with db.read(viewer) as tx:
        await profile_on(tx, server_id)

    async def read() -> Fetched:
        async with db.read() as tx:
            log = await actions.read_live_log(tx, server_id, since, limit)
            return Fetched(_encode(log), tx.now, ttl=timedelta(seconds=settings.live_log_seconds))

    key = LIVE_LOG.key(server_id, limit, "" if since is None else since.isoformat())
    # Our own tables are where it is kept: nothing is stored beside them.
    return Cached(await cache.get(LIVE_LOG, key, read, read), cache.memory)


@routes.get(
    "/channels/{channel_id:uuid}/messages", scope=READ, raises=(OneDirection, Banned, LevelTooLow, ChannelNotFound)
)
async def channel_history(
    channel_id: PathChannelId, tx: Read, before: Before = None, after: AfterId = None, limit: Limit = 50
) -> MessagePage:
    """The history of a channel.

    The newest messages before one, newest first; with `after` the oldest after one, oldest first.

    The `next` of a page is passed on in the same direction. Deleted messages keep their place, without their text.
    """
    return await actions.read_history(tx, channel_id, before, after, limit)


@routes.get("/servers/{server_id:uuid}/users/{user_id:uuid}/messages", scope=READ, raises=SERVER)
async def messages_of(
    server_id: PathServerId, user_id: PathUserId, tx: Read, before: Before = None, limit: Limit = 50
) -> MessagePage:
    """Messages of one person.

    Newest first, where the viewer may read it. A page may be short while there is a `next`.
    """
    return await actions.read_messages_of(tx, server_id, user_id, before, limit)


@routes.get("/messages/{message_id:uuid}", scope=READ, raises=(*CHANNEL, MessageNotFound, ServerNotFound))
async def one_message(message_id: PathMessageId, tx: Read, context: Context = 0) -> MessageInContext:
    """One message.

    A message, and as many as asked for before and after it in its channel.
    """
    return await actions.read_message(tx, message_id, context)


@routes.get("/messages/{message_id:uuid}/replies", scope=READ, raises=(*CHANNEL, MessageNotFound, ServerNotFound))
async def replies(message_id: PathMessageId, tx: Read, after: AfterId = None, limit: Limit = 50) -> MessagePage:
    """Replies to a message.

    Return the replies to a message, oldest first.
    """
    return await actions.read_replies(tx, message_id, after, limit)


@routes.get("/mentions", scope=READ, raises=PROFILE)
async def mentions(tx: Read, before: Before = None, limit: Limit = 50) -> MessagePage:
    """Messages that mention you.

    The messages that mention the viewer, newest first, where they may still read. A page may be short.
    """
    return await actions.read_mentions(tx, before, limit)


@routes.get("/channels/{channel_id:uuid}/pins", scope=READ, raises=(Banned, LevelTooLow, ChannelNotFound))
async def channel_pins(channel_id: PathChannelId, tx: Read, settings: RealmSettings) -> list[Pin]:
    """Pinned messages.

    The pinned messages of a channel, the latest pin first.
    """
    return await actions.read_pins(tx, channel_id, settings.pins_most)


@routes.get("/servers/{server_id:uuid}/unread", scope=READ, raises=SERVER)
async def unread(server_id: PathServerId, tx: Read, settings: RealmSettings) -> list[Unread]:
    """Unread messages of a server, by channel.

    Count the unread messages of each channel that the viewer has marked as read once, up to a limit.
    """
    return await actions.read_unread(tx, server_id, settings.unread_most)
