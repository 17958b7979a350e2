"""The experience of guilds."""

from guildhall.core.identity.principals.schemas import Principal
from guildhall.packs.realm.access.api.parameters import GAME, STAFF
from guildhall.packs.realm.access.errors.permissions import KeyReused, UserNotFound
from guildhall.packs.realm.guilds.actions.progress import grant_for_game
from guildhall.packs.realm.guilds.api.parameters import PathGuildId
from guildhall.packs.realm.guilds.errors import GuildDisbanded, GuildNotFound
from guildhall.packs.realm.guilds.schemas import ExperienceRequest, Granted
from guildhall.web.route import Routes, Write

routes = Routes("/api/v1/realm")


@routes.post(
    "/game/guilds/{guild_id:uuid}/experience",
    scope=GAME,
    raises=(*STAFF, GuildNotFound, UserNotFound, GuildDisbanded, KeyReused),
)
async def grant_experience(guild_id: PathGuildId, principal: Principal, tx: Write, data: ExperienceRequest) -> Granted:
    """Grant a guild experience, as the game.

    For the game server.

    It may raise the level, which never falls: level n begins at 1000 (n - 1)² experience.
    """
    return await grant_for_game(tx, principal, guild_id, data)
