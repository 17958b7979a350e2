"""Channels of a server, and who belongs to them."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import JSONBody, QueryParameter

from guildhall.core.identity.principal import requires
from guildhall.core.identity.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.realm.actions import channels as actions
from guildhall.packs.realm.actions import members
from guildhall.packs.realm.actions.authority import acting_on
from guildhall.packs.realm.api.parameters import READ, WRITE, After, ChannelId, Limit, ServerId, UserId
from guildhall.packs.realm.queries import channels as queries
from guildhall.packs.realm.rules.ranks import MODERATOR, NOBODY
from guildhall.packs.realm.schemas.channels import ChannelChange, ChannelRequest, ChannelView, Member, MemberRequest
from guildhall.packs.realm.settings import RealmSettings
from guildhall.text import WITHOUT_NUL
from guildhall.web.problems import bodiless, documented
from guildhall.web.routes import below

_CHANNELS = Cursor("channels", 1, UUID)
_MEMBERS = Cursor("channel_members", 1, UUID)

OfCategory = Annotated[
    str | None,
    QueryParameter(
        name="category", description="Only of this category", max_length=80, pattern=WITHOUT_NUL, required=False,
        examples=[Example(value="Community")],
    ),
]  # fmt: skip
Closed = Annotated[bool, QueryParameter(name="closed", description="Those that are closed instead of the open ones")]


@get("/servers/{server_id:uuid}/channels", summary="Channels of a server",
     responses=documented(400, 401, 403, 404, 409), guards=[requires(READ)])  # fmt: skip
async def list_channels(
    server_id: ServerId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    category: OfCategory = None,
    closed: Closed = False,
    after: After = None,
    limit: Limit = 50,
) -> Page[ChannelView]:
    """Return the channels that the viewer may know of, the oldest first.

    These are the server's, and those of the viewer's guild, party and raids.
    """
    behind = _CHANNELS.decode_or_none(after)
    async with db.read(principal.viewer) as tx:
        actor = await acting_on(tx, principal, server_id, NOBODY)
        rows = await queries.channels_for.many(
            tx, actor.id, server_id, actor.rank >= MODERATOR, category, closed, behind, limit + 1
        )
        page = _CHANNELS.page(rows, limit, lambda row: row.id)
        return Page(await actions.channels_seen(tx, principal, page.items), page.next)


@post("/servers/{server_id:uuid}/channels", summary="Open a channel",
      responses=documented(400, 401, 403, 404, 409, 413, 422), guards=[requires(WRITE)])  # fmt: skip
async def post_channel(
    server_id: ServerId,
    data: JSONBody[ChannelRequest],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    settings: NamedDependency[RealmSettings],
) -> ChannelView:
    """Open a channel. For moderators of the server.

    Public: everybody of the server reads and writes. Restricted: everybody reads, members write. Private: members alone
    know of it.
    """
    async with db.write(principal.viewer) as tx:
        channel_id = await actions.make_channel(tx, principal, server_id, data, settings)
        return await actions.channel_seen(tx, principal, channel_id)


@get("/channels/{channel_id:uuid}", summary="One channel", responses=documented(400, 401, 403, 404),
     guards=[requires(READ)])  # fmt: skip
async def get_channel(
    channel_id: ChannelId, principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> ChannelView:
    """Return a channel with the viewer's permissions there. One that they may not know of is not found."""
    async with db.read(principal.viewer) as tx:
        return await actions.channel_seen(tx, principal, channel_id)


@patch("/channels/{channel_id:uuid}", summary="Change a channel",
       responses=documented(400, 401, 403, 404, 409, 413, 422), guards=[requires(WRITE)])  # fmt: skip
async def patch_channel(
    channel_id: ChannelId,
    data: JSONBody[ChannelChange],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
) -> ChannelView:
    """Change a channel. For its moderators; visibility, level and closing are for the server's.

    People who lose their permission by the change are out at once.
    """
    async with db.write(principal.viewer) as tx:
        await actions.change_channel(tx, principal, channel_id, data)
        return await actions.channel_seen(tx, principal, channel_id)


@delete("/channels/{channel_id:uuid}", summary="Delete a channel",
        responses={**documented(400, 401, 403, 404, 409), **bodiless(204, "It is gone, with what was said there.")},
        guards=[requires(WRITE)])  # fmt: skip
async def delete_channel(
    channel_id: ChannelId, principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> None:
    """Delete a channel with all its messages; for administrators of the server. Close it to keep its messages."""
    async with db.write(principal.viewer) as tx:
        await actions.delete_channel(tx, principal, channel_id)


@get("/channels/{channel_id:uuid}/members", summary="Members of a channel",
     responses=documented(400, 401, 403, 404, 409), guards=[requires(READ)])  # fmt: skip
async def list_members(
    channel_id: ChannelId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    after: After = None,
    limit: Limit = 50,
) -> Page[Member]:
    """Return the members of a channel, for its readers.

    The channel of a guild, party or raid has none of its own (409).
    """
    behind = _MEMBERS.decode_or_none(after)
    async with db.read(viewer) as tx:
        await members.require_members(tx, viewer, channel_id)
        rows = await queries.members.many(tx, channel_id, behind, limit + 1)
    return _MEMBERS.page(rows, limit, lambda row: row.user_id)


@put("/channels/{channel_id:uuid}/members/{user_id:uuid}", summary="Add a member, or change their role",
     responses=documented(400, 401, 403, 404, 409, 413), guards=[requires(WRITE)])  # fmt: skip
async def put_member(
    channel_id: ChannelId,
    user_id: UserId,
    data: JSONBody[MemberRequest],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
) -> Member:
    """Add a member, or change their role. For the channel's moderators; only the server's make moderators of it."""
    async with db.write(principal.viewer) as tx:
        return await members.put_member(tx, principal, channel_id, user_id, data.role)


@delete("/channels/{channel_id:uuid}/members/{user_id:uuid}", summary="Remove a member",
        responses={**documented(400, 401, 403, 404, 409), **bodiless(204, "They are out.")},
        guards=[requires(WRITE)])  # fmt: skip
async def delete_member(
    channel_id: ChannelId, user_id: UserId, principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> None:
    """Remove a member. For the channel's moderators; only the server's remove moderators of it."""
    async with db.write(principal.viewer) as tx:
        await members.remove_member(tx, principal, channel_id, user_id)


@put("/channels/{channel_id:uuid}/membership", summary="Join a public channel",
     responses=documented(400, 401, 403, 404, 409), guards=[requires(WRITE)])  # fmt: skip
async def put_membership(
    channel_id: ChannelId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> Member:
    """The membership. Members of a restricted or private channel are added by its moderators (403)."""
    async with db.write(viewer) as tx:
        return await members.join_channel(tx, viewer, channel_id)


@delete("/channels/{channel_id:uuid}/membership", summary="Leave a channel",
        responses={**documented(400, 401, 403, 404, 409), **bodiless(204, "You are out.")},
        guards=[requires(WRITE)])  # fmt: skip
async def delete_membership(
    channel_id: ChannelId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> None:
    """Leave a channel, of any server, even one where the viewer is banned."""
    async with db.write(viewer) as tx:
        await members.leave_channel(tx, viewer, channel_id)


routes = below(
    "/api/v1/realm",
    [
        list_channels,
        post_channel,
        get_channel,
        patch_channel,
        delete_channel,
        list_members,
        put_member,
        delete_member,
        put_membership,
        delete_membership,
    ],
)
