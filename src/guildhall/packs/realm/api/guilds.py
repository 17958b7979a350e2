"""Guilds: founding them, looking at them, changing and ending them."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, QueryParameter

from guildhall.core.identity.principal import requires
from guildhall.core.identity.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.realm.actions import guilds as actions
from guildhall.packs.realm.actions.access import profile_on
from guildhall.packs.realm.api.parameters import READ, WRITE, After, GuildId, Limit, ServerId, Small
from guildhall.packs.realm.queries import guilds as queries
from guildhall.packs.realm.schemas.guilds import Guild, GuildCard, GuildChange, GuildOrder, GuildRequest, RankRights
from guildhall.packs.realm.settings import RealmSettings
from guildhall.web.problems import documented
from guildhall.web.routes import below

_NEWEST = Cursor("realm.guilds", 1, tuple[UUID])
_BY_LEVEL = Cursor("realm.guilds.level", 1, tuple[Small, UUID])
_BY_CONQUEST = Cursor("realm.guilds.conquest", 1, tuple[Small, UUID])

Order = Annotated[GuildOrder, QueryParameter(name="order", description="What comes first: the highest of this")]


@get("/servers/{server_id:uuid}/guilds", summary="Guilds of a server", responses=documented(400, 401, 403, 404, 409))
async def list_guilds(
    server_id: ServerId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    order: Order = "newest",
    after: After = None,
    limit: Limit = 20,
) -> Page[GuildCard]:
    """The guilds of the viewer's server. A cursor is good for the order that it was made for."""
    if order == "newest":
        at = _NEWEST.decode_or_none(after)
        async with db.read(viewer) as tx:
            await profile_on(tx, viewer, server_id)
            rows = await queries.newest_guilds.many(tx, server_id, tx.now, None if at is None else at[0], limit + 1)
        return _NEWEST.page(rows, limit, lambda row: (row.id,))
    cursor, query = (
        (_BY_LEVEL, queries.guilds_by_level) if order == "level" else (_BY_CONQUEST, queries.guilds_by_conquest)
    )
    value, guild_id = cursor.decode_or_none(after) or (None, None)
    async with db.read(viewer) as tx:
        await profile_on(tx, viewer, server_id)
        rows = await query.many(tx, server_id, tx.now, value, guild_id, limit + 1)
    return cursor.page(rows, limit, lambda row: (row.level if order == "level" else row.conquest_points, row.id))


@get("/guilds/ranks", summary="Rights of the ranks of a guild", responses=documented(401, 403))
async def list_ranks(viewer: NamedDependency[Viewer], settings: NamedDependency[RealmSettings]) -> list[RankRights]:
    """Return the ranks and their permissions, from the highest. Only lower ranks than one's own can be removed."""
    return actions.rank_rights(settings)


@get("/guilds/mine", summary="Your guild", responses=documented(401, 403, 404, 409))
async def own_guild(viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> Guild:
    """The guild that the viewer is in. One person is in one guild at a time."""
    async with db.read(viewer) as tx:
        return await actions.own_guild(tx, viewer)


@get("/guilds/{guild_id:uuid}", summary="A guild", responses=documented(400, 401, 403, 404, 409))
async def get_guild(guild_id: GuildId, principal: NamedDependency[Principal], db: NamedDependency[Database]) -> Guild:
    """Return a guild of the viewer's server, or of any for administrators of the platform.

    Its treasury and its channel are shown to its members.
    """
    async with db.read(principal.viewer) as tx:
        return await actions.readable_guild(tx, principal, guild_id)


@post("/guilds", summary="Found a guild", responses=documented(400, 401, 403, 409, 413, 422))
async def create_guild(
    viewer: NamedDependency[Viewer], db: NamedDependency[Database], data: JSONBody[GuildRequest]
) -> Guild:
    """The viewer leads it. Its name is its own, however it is written. It has a channel for its members."""
    async with db.write(viewer) as tx:
        return await actions.create_guild(tx, viewer, data)


@patch("/guilds/{guild_id:uuid}", summary="Change a guild", responses=documented(400, 401, 403, 404, 409, 413, 422))
async def change_guild(
    guild_id: GuildId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    data: JSONBody[GuildChange],
) -> Guild:
    """Change a guild: the description as an officer or the leader, the name and the size as the leader.

    Moderators of the server and administrators of the platform may change all of it.
    """
    async with db.write(principal.viewer) as tx:
        return await actions.change_guild(tx, principal, guild_id, data)


@delete("/guilds/{guild_id:uuid}", summary="Disband a guild", responses=documented(400, 401, 403, 404, 409))
async def disband_guild(
    guild_id: GuildId, principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> None:
    """Disband a guild. The other side wins the wars that are being fought.

    For its leader, if the treasury is empty; moderators of the server and administrators of the platform write off the
    rest.
    """
    await db.transact(lambda tx: actions.disband_guild(tx, principal, guild_id), principal.viewer)


_reads = below("", [list_guilds, list_ranks, own_guild, get_guild], guards=[requires(READ)])
_writes = below("", [create_guild, change_guild, disband_guild], guards=[requires(WRITE)])
routes = below("/api/v1/realm", [*_reads, *_writes])
