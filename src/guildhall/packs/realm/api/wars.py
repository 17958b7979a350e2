"""Wars between guilds, and the territories they are about."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter, QueryParameter
from msgspec import Meta

from guildhall.core.identity.principal import requires
from guildhall.core.identity.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.realm.actions import territories
from guildhall.packs.realm.actions import wars as actions
from guildhall.packs.realm.actions.access import profile_for, profile_on
from guildhall.packs.realm.actions.guilds import shown
from guildhall.packs.realm.api.parameters import AN_ID, GAME, READ, WRITE, After, GuildId, Limit, ServerId, WarId
from guildhall.packs.realm.queries import wars as queries
from guildhall.packs.realm.schemas.wars import (
    ConquestRequest,
    PointsRequest,
    PointsTaken,
    Territory,
    TerritoryHolder,
    TerritoryRequest,
    War,
    WarRequest,
)
from guildhall.packs.realm.settings import RealmSettings
from guildhall.text import TEXT
from guildhall.web.problems import documented
from guildhall.web.routes import below

_WARS = Cursor("realm.guild_wars", 1, tuple[UUID])
_TERRITORIES = Cursor("realm.territories", 1, tuple[Annotated[str, Meta(max_length=200, pattern=TEXT)], UUID])

Running = Annotated[bool, QueryParameter(name="running", description="Only those that have not ended")]
TerritoryId = Annotated[UUID, PathParameter(description="The territory's id", examples=AN_ID)]


@get("/servers/{server_id:uuid}/guild-wars", summary="Wars of a server", responses=documented(400, 401, 403, 404, 409))
async def list_wars(
    server_id: ServerId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    running: Running = False,
    after: After = None,
    limit: Limit = 20,
) -> Page[War]:
    """The wars of the viewer's server, the latest first."""
    at = _WARS.decode_or_none(after)
    async with db.read(viewer) as tx:
        await profile_on(tx, viewer, server_id)
        rows = await queries.wars_of_server.many(
            tx, server_id, tx.now, running, None if at is None else at[0], limit + 1
        )
    return _WARS.page(rows, limit, lambda row: (row.id,))


@get("/guilds/{guild_id:uuid}/wars", summary="Wars of a guild", responses=documented(400, 401, 403, 404, 409))
async def list_wars_of_guild(
    guild_id: GuildId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    after: After = None,
    limit: Limit = 20,
) -> Page[War]:
    """Return the wars of a guild, on either side, the latest first."""
    at = _WARS.decode_or_none(after)
    async with db.read(viewer) as tx:
        await shown(tx, await profile_for(tx, viewer), guild_id)
        rows = await queries.wars_of_guild.many(tx, guild_id, tx.now, None if at is None else at[0], limit + 1)
    return _WARS.page(rows, limit, lambda row: (row.id,))


@get("/guild-wars/{war_id:uuid}", summary="A war", responses=documented(400, 401, 403, 404, 409))
async def get_war(war_id: WarId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> War:
    """Return a war in its present state."""
    async with db.read(viewer) as tx:
        return await actions.shown_war(tx, viewer, war_id)


@get(
    "/servers/{server_id:uuid}/territories",
    summary="Territories of a server",
    responses=documented(400, 401, 403, 404, 409),
)
async def list_territories(
    server_id: ServerId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    after: After = None,
    limit: Limit = 50,
) -> Page[Territory]:
    """Return the territories by name, with the guilds that hold them."""
    name, territory_id = _TERRITORIES.decode_or_none(after) or (None, None)
    async with db.read(viewer) as tx:
        await profile_on(tx, viewer, server_id)
        rows = await queries.territories_of.many(tx, server_id, name, territory_id, limit + 1)
    return _TERRITORIES.page(rows, limit, lambda row: (row.name, row.id))


@post(
    "/guilds/{guild_id:uuid}/wars",
    summary="Declare war",
    responses=documented(400, 401, 403, 404, 409, 413),
)
async def declare(
    guild_id: GuildId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    settings: NamedDependency[RealmSettings],
    data: JSONBody[WarRequest],
) -> War:
    """Declare war on a guild. For officers and the leader. Two guilds have one war at a time.

    It is fought from `starts_at` on.
    """
    async with db.write(viewer) as tx:
        return await actions.declare_war(tx, viewer, guild_id, data, settings)


@post(
    "/guild-wars/{war_id:uuid}/conquest",
    status_code=200,
    summary="Conquer a territory",
    responses=documented(400, 401, 403, 404, 409, 413),
)
async def conquer(
    war_id: WarId, viewer: NamedDependency[Viewer], db: NamedDependency[Database], data: JSONBody[ConquestRequest]
) -> War:
    """Conquer a territory, which ends the war.

    For officers and the leader of a side that has the points that the territory asks for, and more than the other.
    """
    async with db.write(viewer) as tx:
        return await actions.conquer(tx, viewer, war_id, data.territory_id)


@post(
    "/guild-wars/{war_id:uuid}/surrender",
    status_code=200,
    summary="Surrender a war",
    responses=documented(400, 401, 403, 404, 409),
)
async def surrender(war_id: WarId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> War:
    """Surrender a war; its territory goes to the other side. For officers and the leader of either side."""
    async with db.write(viewer) as tx:
        return await actions.surrender(tx, viewer, war_id)


@put(
    "/guild-wars/{war_id:uuid}/peace",
    summary="Offer peace, or agree to it",
    responses=documented(400, 401, 403, 404, 409),
)
async def make_peace(war_id: WarId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> War:
    """Offer peace, or agree to it: the war then ends without a winner. For officers and the leader of either side."""
    async with db.write(viewer) as tx:
        return await actions.make_peace(tx, viewer, war_id)


@delete(
    "/guild-wars/{war_id:uuid}/peace",
    status_code=200,
    summary="Take an offer of peace back",
    responses=documented(400, 401, 403, 404, 409),
)
async def withdraw_peace(war_id: WarId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> War:
    """One's own side's, if there is one."""
    async with db.write(viewer) as tx:
        return await actions.withdraw_peace(tx, viewer, war_id)


@post(
    "/guild-wars/{war_id:uuid}/stop",
    status_code=200,
    summary="Stop a war",
    responses=documented(400, 401, 403, 404, 409),
)
async def stop(war_id: WarId, principal: NamedDependency[Principal], db: NamedDependency[Database]) -> War:
    """Stop a war without a winner. For moderators of the server."""
    async with db.write(principal.viewer) as tx:
        return await actions.stop_war(tx, principal, war_id)


@post(
    "/servers/{server_id:uuid}/territories",
    summary="Add a territory",
    responses=documented(400, 401, 403, 404, 409, 413, 422),
)
async def add_territory(
    server_id: ServerId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    data: JSONBody[TerritoryRequest],
) -> Territory:
    """Add a territory. For administrators of the server."""
    async with db.write(principal.viewer) as tx:
        return await territories.add_territory(tx, principal, server_id, data)


@put(
    "/territories/{territory_id:uuid}/holder",
    summary="Give a territory to a guild, or to nobody",
    responses=documented(400, 401, 403, 404, 409, 413),
)
async def give_territory(
    territory_id: TerritoryId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    data: JSONBody[TerritoryHolder],
) -> Territory:
    """Give a territory to a guild, or take it from one. For administrators of the server."""
    return await db.transact(
        lambda tx: territories.give_territory(tx, principal, territory_id, data.guild_id), principal.viewer
    )


@post(
    "/game/guild-wars/{war_id:uuid}/points",
    summary="Report points of a war, as the game",
    responses=documented(400, 401, 403, 404, 409, 413),
)
async def report_points(
    war_id: WarId, principal: NamedDependency[Principal], db: NamedDependency[Database], data: JSONBody[PointsRequest]
) -> PointsTaken:
    """Report points while the war is active. A repeated key does not count again. For the game server."""
    async with db.write(principal.viewer) as tx:
        return await actions.report_points(tx, principal, war_id, data)


_reads = below("", [list_wars, list_wars_of_guild, get_war, list_territories], guards=[requires(READ)])
_writes = below(
    "",
    [
        declare, conquer, surrender, make_peace, withdraw_peace, stop, add_territory, give_territory,
    ],
    guards=[requires(WRITE)],
)  # fmt: skip
_game = below("", [report_points], guards=[requires(GAME)])
routes = below("/api/v1/realm", [*_reads, *_writes, *_game])
