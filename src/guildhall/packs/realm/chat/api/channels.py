"""Channels of a server, and who belongs to them."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import QueryParameter

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.authority import acting_on
from guildhall.packs.realm.access.api.parameters import READ, STAFF, WRITE, PathChannelId, PathServerId, PathUserId
from guildhall.packs.realm.access.errors.content import ContentRefused
from guildhall.packs.realm.access.errors.permissions import Banned, ChannelNotFound, LevelTooLow, UserNotFound
from guildhall.packs.realm.access.rules.ranks import MODERATOR, NOBODY
from guildhall.packs.realm.chat.actions import channels as actions
from guildhall.packs.realm.chat.actions import members
from guildhall.packs.realm.chat.errors.channels import (
    ChannelFollows,
    ChannelNameTaken,
    InvitationNeeded,
    MemberNotFound,
    TooManyChannels,
)
from guildhall.packs.realm.chat.queries import channels as queries
from guildhall.packs.realm.chat.schemas.channels import (
    ChannelChange,
    ChannelRequest,
    ChannelView,
    Member,
    MemberRequest,
)
from guildhall.packs.realm.ids import ChannelId
from guildhall.packs.realm.settings import RealmSettings
from guildhall.text import WITHOUT_NUL
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/realm")

_CHANNELS = Cursor("channels", 1, ChannelId)
_MEMBERS = Cursor("channel_members", 1, UserId)

OfCategory = Annotated[
    str | None,
    QueryParameter(
        name="category", description="Only of this category", max_length=80, pattern=WITHOUT_NUL, required=False,
        examples=[Example(value="Community")],
    ),
]  # fmt: skip
Closed = Annotated[bool, QueryParameter(name="closed", description="Those that are closed instead of the open ones")]


@routes.get(
    "/servers/{server_id:uuid}/channels", scope=READ, pages=Pages(_CHANNELS, 50), raises=(*STAFF, ChannelNotFound)
)
async def list_channels(
    server_id: PathServerId,
    principal: Principal,
    tx: Read,
    asked: Asked[ChannelId],
    category: OfCategory = None,
    closed: Closed = False,
) -> Page[ChannelView]:
    """Channels of a server.

    Return the channels that the viewer may know of, the oldest first.

    These are the server's, and those of the viewer's guild, party and raids.
    """
    actor = await acting_on(tx, principal, server_id, NOBODY)
    rows = await queries.channels_for.many(
        tx, actor.id, server_id, actor.rank >= MODERATOR, category, closed, asked.after, asked.rows
    )
    page = _CHANNELS.page(rows, asked.limit, lambda row: row.id)
    return Page(await actions.channels_seen(tx, principal, page.items), page.next)


@routes.post(
    "/servers/{server_id:uuid}/channels",
    scope=WRITE,
    raises=(*STAFF, ChannelNotFound, ChannelNameTaken, TooManyChannels, ContentRefused),
)
async def post_channel(
    server_id: PathServerId, data: ChannelRequest, principal: Principal, tx: Write, settings: RealmSettings
) -> ChannelView:
    """Open a channel.

    For moderators of the server.

    Public: everybody of the server reads and writes. Restricted: everybody reads, members write. Private: members alone
    know of it.
    """
    channel_id = await actions.make_channel(tx, principal, server_id, data, settings)
    return await actions.channel_seen(tx, principal, channel_id)


@routes.get("/channels/{channel_id:uuid}", scope=READ, raises=(ChannelNotFound,))
async def get_channel(channel_id: PathChannelId, principal: Principal, tx: Read) -> ChannelView:
    """One channel.

    Return a channel with the viewer's permissions there. One that they may not know of is not found.
    """
    return await actions.channel_seen(tx, principal, channel_id)


@routes.patch(
    "/channels/{channel_id:uuid}",
    scope=WRITE,
    raises=(*STAFF, LevelTooLow, ChannelNotFound, ChannelFollows, ChannelNameTaken, ContentRefused),
)
async def patch_channel(channel_id: PathChannelId, data: ChannelChange, principal: Principal, tx: Write) -> ChannelView:
    """Change a channel.

    For its moderators; visibility, level and closing are for the server's.

    People who lose their permission by the change are out at once.
    """
    await actions.change_channel(tx, principal, channel_id, data)
    return await actions.channel_seen(tx, principal, channel_id)


@routes.delete(
    "/channels/{channel_id:uuid}",
    scope=WRITE,
    raises=(*STAFF, LevelTooLow, ChannelNotFound, ChannelFollows),
    empty="It is gone, with what was said there.",
)
async def delete_channel(channel_id: PathChannelId, principal: Principal, tx: Write) -> None:
    """Delete a channel.

    Delete a channel with all its messages; for administrators of the server. Close it to keep its messages.
    """
    await actions.delete_channel(tx, principal, channel_id)


@routes.get(
    "/channels/{channel_id:uuid}/members",
    scope=READ,
    pages=Pages(_MEMBERS, 50),
    raises=(Banned, LevelTooLow, ChannelNotFound, ChannelFollows),
)
async def list_members(channel_id: PathChannelId, tx: Read, asked: Asked[UserId]) -> Page[Member]:
    """Members of a channel.

    Return the members of a channel, for its readers.

    The channel of a guild, party or raid has none of its own (409).
    """
    await members.require_members(tx, channel_id)
    rows = await queries.members.many(tx, channel_id, asked.after, asked.rows)
    return _MEMBERS.page(rows, asked.limit, lambda row: row.user_id)


@routes.put(
    "/channels/{channel_id:uuid}/members/{user_id:uuid}",
    scope=WRITE,
    raises=(*STAFF, LevelTooLow, ChannelNotFound, UserNotFound, ChannelFollows),
)
async def put_member(
    channel_id: PathChannelId, user_id: PathUserId, data: MemberRequest, principal: Principal, tx: Write
) -> Member:
    """Add a member, or change their role.

    For the channel's moderators; only the server's make moderators of it.
    """
    return await members.put_member(tx, principal, channel_id, user_id, data.role)


@routes.delete(
    "/channels/{channel_id:uuid}/members/{user_id:uuid}",
    scope=WRITE,
    raises=(*STAFF, LevelTooLow, ChannelNotFound, MemberNotFound, ChannelFollows),
    empty="They are out.",
)
async def delete_member(channel_id: PathChannelId, user_id: PathUserId, principal: Principal, tx: Write) -> None:
    """Remove a member.

    For the channel's moderators; only the server's remove moderators of it.
    """
    await members.remove_member(tx, principal, channel_id, user_id)


@routes.put(
    "/channels/{channel_id:uuid}/membership",
    scope=WRITE,
    raises=(Banned, InvitationNeeded, LevelTooLow, ChannelNotFound, UserNotFound, ChannelFollows),
)
async def put_membership(channel_id: PathChannelId, tx: Write) -> Member:
    """Join a public channel.

    The membership. Members of a restricted or private channel are added by its moderators (403).
    """
    return await members.join_channel(tx, channel_id)


@routes.delete(
    "/channels/{channel_id:uuid}/membership",
    scope=WRITE,
    raises=(Banned, LevelTooLow, ChannelNotFound, MemberNotFound, ChannelFollows),
    empty="You are out.",
)
async def delete_membership(channel_id: PathChannelId, tx: Write) -> None:
    """Leave a channel.

    Leave a channel, of any server, even one where the viewer is banned.
    """
    await members.leave_channel(tx, channel_id)
