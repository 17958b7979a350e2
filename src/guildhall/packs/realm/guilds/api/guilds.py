"""Guilds: founding them, looking at them, changing and ending them."""

from typing import Annotated

from litestar.params import QueryParameter

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.realm.access.actions.permissions import profile_on
from guildhall.packs.realm.access.api.parameters import READ, SERVER, WRITE, After, Limit, PathServerId, Small
from guildhall.packs.realm.access.errors.content import ContentRefused
from guildhall.packs.realm.guilds.actions import guilds as actions
from guildhall.packs.realm.guilds.api.parameters import GUILD, OFFICER, PathGuildId
from guildhall.packs.realm.guilds.errors import GuildFull, GuildNameTaken, InGuild, NotInGuild
from guildhall.packs.realm.guilds.queries import guilds as queries
from guildhall.packs.realm.guilds.schemas import Guild, GuildCard, GuildChange, GuildOrder, GuildRequest, RankRights
from guildhall.packs.realm.ids import GuildId
from guildhall.packs.realm.settings import RealmSettings
from guildhall.web.route import Read, Routes, Write

routes = Routes("/api/v1/realm")

_NEWEST = Cursor("realm.guilds", 1, tuple[GuildId])
_BY_LEVEL = Cursor("realm.guilds.level", 1, tuple[Small, GuildId])
_BY_CONQUEST = Cursor("realm.guilds.conquest", 1, tuple[Small, GuildId])

Order = Annotated[GuildOrder, QueryParameter(name="order", description="What comes first: the highest of this")]


@routes.get("/servers/{server_id:uuid}/guilds", scope=READ, raises=SERVER)
async def list_guilds(
    server_id: PathServerId,
    viewer: Viewer,
    db: Database,
    order: Order = "newest",
    after: After = None,
    limit: Limit = 20,
) -> Page[GuildCard]:
    """Guilds of a server.

    The guilds of the viewer's server. A cursor is good for the order that it was made for.
    """
    if order == "newest":
        at = _NEWEST.decode_or_none(after)
        async with db.read(viewer) as tx:
            await profile_on(tx, server_id)
            rows = await queries.newest_guilds.many(tx, server_id, tx.now, None if at is None else at[0], limit + 1)
        return _NEWEST.page(rows, limit, lambda row: (row.id,))
    cursor, query = (
        (_BY_LEVEL, queries.guilds_by_level) if order == "level" else (_BY_CONQUEST, queries.guilds_by_conquest)
    )
    value, guild_id = cursor.decode_or_none(after) or (None, None)
    async with db.read(viewer) as tx:
        await profile_on(tx, server_id)
        rows = await query.many(tx, server_id, tx.now, value, guild_id, limit + 1)
    return cursor.page(rows, limit, lambda row: (row.level if order == "level" else row.conquest_points, row.id))


@routes.get("/guilds/ranks", scope=READ)
async def list_ranks(settings: RealmSettings) -> list[RankRights]:
    """Rights of the ranks of a guild.

    Return the ranks and their permissions, from the highest. Only lower ranks than one's own can be removed.
    """
    return actions.rank_rights(settings)


@routes.get("/guilds/mine", scope=READ, raises=(*GUILD, NotInGuild))
async def own_guild(tx: Read) -> Guild:
    """Your guild.

    The guild that the viewer is in. One person is in one guild at a time.
    """
    return await actions.own_guild(tx)


@routes.get("/guilds/{guild_id:uuid}", scope=READ, raises=GUILD)
async def get_guild(guild_id: PathGuildId, principal: Principal, tx: Read) -> Guild:
    """A guild.

    Return a guild of the viewer's server, or of any for administrators of the platform.

    Its treasury and its channel are shown to its members.
    """
    return await actions.readable_guild(tx, principal, guild_id)


@routes.post("/guilds", scope=WRITE, raises=(*GUILD, GuildNameTaken, InGuild, ContentRefused))
async def create_guild(tx: Write, data: GuildRequest) -> Guild:
    """Found a guild.

    The viewer leads it. Its name is its own, however it is written. It has a channel for its members.
    """
    return await actions.create_guild(tx, data)


@routes.patch("/guilds/{guild_id:uuid}", scope=WRITE, raises=(*OFFICER, GuildFull, GuildNameTaken, ContentRefused))
async def change_guild(guild_id: PathGuildId, principal: Principal, tx: Write, data: GuildChange) -> Guild:
    """Change a guild.

    Change a guild: the description as an officer or the leader, the name and the size as the leader.

    Moderators of the server and administrators of the platform may change all of it.
    """
    return await actions.change_guild(tx, principal, guild_id, data)
