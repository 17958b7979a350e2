"""Wars between guilds, and the territories they are about."""

from typing import Annotated

from litestar.params import PathParameter, QueryParameter
from msgspec import Meta

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.pool import Database
from guildhall.pack import WebPart
from guildhall.packs.realm.access.actions.permissions import profile_for, profile_on
from guildhall.packs.realm.access.api.parameters import AN_ID, GAME, PROFILE, READ, SERVER, STAFF, WRITE, PathServerId
from guildhall.packs.realm.access.errors.content import ContentRefused
from guildhall.packs.realm.access.errors.permissions import KeyReused, UserNotFound
from guildhall.packs.realm.guilds.actions.guilds import shown
from guildhall.packs.realm.guilds.api.parameters import GUILD, OFFICER, PathGuildId
from guildhall.packs.realm.guilds.errors import GuildDisbanded, GuildNotFound, RankTooLow
from guildhall.packs.realm.ids import TerritoryId, WarId
from guildhall.packs.realm.settings import RealmSettings
from guildhall.packs.realm.wars import queries
from guildhall.packs.realm.wars.actions import territories
from guildhall.packs.realm.wars.actions import wars as actions
from guildhall.packs.realm.wars.errors import (
    NotWinning,
    TerritoryNameTaken,
    TerritoryNotFound,
    TerritoryNotHeld,
    WarEnded,
    WarNotActive,
    WarNotFound,
    WarOnSelf,
    WarRunning,
)
from guildhall.packs.realm.wars.schemas import (
    ConquestRequest,
    PointsRequest,
    PointsTaken,
    Territory,
    TerritoryHolder,
    TerritoryRequest,
    War,
    WarRequest,
)
from guildhall.text import TEXT
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/realm")

_WARS = Cursor("realm.guild_wars", 1, tuple[WarId])
_TERRITORIES = Cursor("realm.territories", 1, tuple[Annotated[str, Meta(max_length=200, pattern=TEXT)], TerritoryId])

WAR = (*PROFILE, RankTooLow, WarNotFound)
PathWarId = Annotated[WarId, PathParameter(description="The war's id", examples=AN_ID)]
Running = Annotated[bool, QueryParameter(name="running", description="Only those that have not ended")]
PathTerritoryId = Annotated[TerritoryId, PathParameter(description="The territory's id", examples=AN_ID)]


@routes.get("/servers/{server_id:uuid}/guild-wars", scope=READ, pages=Pages(_WARS), raises=SERVER)
async def list_wars(
    server_id: PathServerId, tx: Read, asked: Asked[tuple[WarId]], running: Running = False
) -> Page[War]:
    """Wars of a server.

    The wars of the viewer's server, the latest first.
    """
    at = asked.after
    await profile_on(tx, server_id)
    rows = await queries.wars_of_server.many(tx, server_id, tx.now, running, None if at is None else at[0], asked.rows)
    return _WARS.page(rows, asked.limit, lambda row: (row.id,))


@routes.get("/guilds/{guild_id:uuid}/wars", scope=READ, pages=Pages(_WARS), raises=GUILD)
async def list_wars_of_guild(guild_id: PathGuildId, tx: Read, asked: Asked[tuple[WarId]]) -> Page[War]:
    """Wars of a guild.

    Return the wars of a guild, on either side, the latest first.
    """
    at = asked.after
    await shown(tx, await profile_for(tx), guild_id)
    rows = await queries.wars_of_guild.many(tx, guild_id, tx.now, None if at is None else at[0], asked.rows)
    return _WARS.page(rows, asked.limit, lambda row: (row.id,))


@routes.get("/guild-wars/{war_id:uuid}", scope=READ, raises=(*PROFILE, WarNotFound))
async def get_war(war_id: PathWarId, tx: Read) -> War:
    """A war.

    Return a war in its present state.
    """
    return await actions.shown_war(tx, war_id)


@routes.get("/servers/{server_id:uuid}/territories", scope=READ, pages=Pages(_TERRITORIES, 50), raises=SERVER)
async def list_territories(
    server_id: PathServerId,
    tx: Read,
    asked: Asked[tuple[Annotated[str, Meta(max_length=200, pattern=TEXT)], TerritoryId]],
) -> Page[Territory]:
    """Territories of a server.

    Return the territories by name, with the guilds that hold them.
    """
    name, territory_id = asked.after or (None, None)
    await profile_on(tx, server_id)
    rows = await queries.territories_of.many(tx, server_id, name, territory_id, asked.rows)
    return _TERRITORIES.page(rows, asked.limit, lambda row: (row.name, row.id))


@routes.post(
    "/guilds/{guild_id:uuid}/wars",
    scope=WRITE,
    raises=(*OFFICER, TerritoryNotFound, WarNotFound, TerritoryNotHeld, WarOnSelf, WarRunning),
)
async def declare(guild_id: PathGuildId, tx: Write, settings: RealmSettings, data: WarRequest) -> War:
    """Declare war.

    For officers and the leader. Two guilds have one war at a time.

    It is fought from `starts_at` on.
    """
    return await actions.declare_war(tx, guild_id, data, settings)


@routes.post(
    "/guild-wars/{war_id:uuid}/conquest",
    scope=WRITE,
    status=200,
    raises=(*WAR, TerritoryNotFound, NotWinning, TerritoryNotHeld, WarEnded, WarNotActive),
)
async def conquer(war_id: PathWarId, tx: Write, data: ConquestRequest) -> War:
    """Conquer a territory.

    Conquer a territory, which ends the war.

    For officers and the leader of a side that has the points that the territory asks for, and more than the other.
    """
    return await actions.conquer(tx, war_id, data.territory_id)


@routes.post("/guild-wars/{war_id:uuid}/surrender", scope=WRITE, status=200, raises=(*WAR, WarEnded, WarNotActive))
async def surrender(war_id: PathWarId, tx: Write) -> War:
    """Surrender a war.

    Surrender a war; its territory goes to the other side. For officers and the leader of either side.
    """
    return await actions.surrender(tx, war_id)


@routes.put("/guild-wars/{war_id:uuid}/peace", scope=WRITE, raises=(*WAR, WarEnded))
async def make_peace(war_id: PathWarId, tx: Write) -> War:
    """Offer peace, or agree to it.

    Offer peace, or agree to it: the war then ends without a winner. For officers and the leader of either side.
    """
    return await actions.make_peace(tx, war_id)


@routes.delete("/guild-wars/{war_id:uuid}/peace", scope=WRITE, status=200, raises=(*WAR, WarEnded))
async def withdraw_peace(war_id: PathWarId, tx: Write) -> War:
    """Take an offer of peace back.

    One's own side's, if there is one.
    """
    return await actions.withdraw_peace(tx, war_id)


@routes.post("/guild-wars/{war_id:uuid}/stop", scope=WRITE, status=200, raises=(*STAFF, WarNotFound, WarEnded))
async def stop(war_id: PathWarId, principal: Principal, tx: Write) -> War:
    """Stop a war.

    Stop a war without a winner. For moderators of the server.
    """
    return await actions.stop_war(tx, principal, war_id)


@routes.post(
    "/servers/{server_id:uuid}/territories",
    scope=WRITE,
    raises=(*STAFF, GuildNotFound, GuildDisbanded, TerritoryNameTaken, ContentRefused),
)
async def add_territory(server_id: PathServerId, principal: Principal, tx: Write, data: TerritoryRequest) -> Territory:
    """Add a territory.

    For administrators of the server.
    """
    return await territories.add_territory(tx, principal, server_id, data)


@routes.put(
    "/territories/{territory_id:uuid}/holder",
    scope=WRITE,
    raises=(*STAFF, GuildNotFound, TerritoryNotFound, GuildDisbanded),
)
async def give_territory(
    territory_id: PathTerritoryId, principal: Principal, db: Database, data: TerritoryHolder
) -> Territory:
    """Give a territory to a guild, or to nobody.

    For administrators of the server.
    """
    return await db.transact(
        lambda tx: territories.give_territory(tx, principal, territory_id, data.guild_id), principal.viewer
    )


@routes.post(
    "/game/guild-wars/{war_id:uuid}/points",
    scope=GAME,
    raises=(*STAFF, GuildNotFound, UserNotFound, WarNotFound, KeyReused, WarEnded, WarNotActive),
)
async def report_points(war_id: PathWarId, principal: Principal, tx: Write, data: PointsRequest) -> PointsTaken:
    """Report points of a war, as the game.

    Report points while the war is active. A repeated key does not count again. For the game server.
    """
    return await actions.report_points(tx, principal, war_id, data)


WEB = WebPart(routes=routes)
