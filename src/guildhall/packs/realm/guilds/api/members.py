"""Members of a guild, and their ranks."""

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.pool import Database
from guildhall.ids import UserId
from guildhall.instants import Instant
from guildhall.packs.realm.access.api.parameters import READ, WRITE, PathUserId, Small
from guildhall.packs.realm.access.errors.permissions import UserNotFound
from guildhall.packs.realm.access.schemas.names import PersonRequest
from guildhall.packs.realm.guilds.actions import members as actions
from guildhall.packs.realm.guilds.actions.guilds import readable_guild
from guildhall.packs.realm.guilds.api.parameters import GUILD, OFFICER, PathGuildId
from guildhall.packs.realm.guilds.errors import NotInGuild
from guildhall.packs.realm.guilds.queries import members as queries
from guildhall.packs.realm.guilds.rules import RANKS
from guildhall.packs.realm.guilds.schemas import Guild, GuildMember, RankRequest
from guildhall.web.route import Asked, Pages, Read, Routes

routes = Routes("/api/v1/realm")

_ROSTER = Cursor("realm.guild_members", 1, tuple[Small, Instant, UserId])


@routes.get("/guilds/{guild_id:uuid}/members", scope=READ, pages=Pages(_ROSTER, 50), raises=GUILD)
async def list_members(
    guild_id: PathGuildId, principal: Principal, tx: Read, asked: Asked[tuple[Small, Instant, UserId]]
) -> Page[GuildMember]:
    """Members of a guild.

    The leader, the officers, the others, each by time. For everybody of the server.
    """
    rank, joined_at, user_id = asked.after or (None, None, None)
    await readable_guild(tx, principal, guild_id)
    rows = await queries.guild_roster.many(tx, guild_id, rank, joined_at, user_id, asked.rows)
    return _ROSTER.page(rows, asked.limit, lambda row: (RANKS.index(row.rank), row.joined_at, row.user_id))


@routes.delete("/guilds/{guild_id:uuid}/members/{user_id:uuid}", scope=WRITE, raises=(*OFFICER, NotInGuild))
async def kick(guild_id: PathGuildId, user_id: PathUserId, principal: Principal, db: Database) -> None:
    """Throw somebody out of a guild.

    Officers and the leader remove members of a lower rank. Moderators of the server and administrators of the platform
    remove anybody; when that is the leader, the next one leads, as when the leader leaves.
    """
    await db.transact(lambda tx: actions.kick_from_guild(tx, principal, guild_id, user_id), principal.viewer)


@routes.put("/guilds/{guild_id:uuid}/members/{user_id:uuid}/rank", scope=WRITE, raises=(*OFFICER, NotInGuild))
async def rank_member(
    guild_id: PathGuildId, user_id: PathUserId, principal: Principal, db: Database, data: RankRequest
) -> GuildMember:
    """Promote or demote a member of a guild.

    For the leader, moderators of the server and administrators of the platform.
    """
    return await db.transact(
        lambda tx: actions.rank_member(tx, principal, guild_id, user_id, data.rank), principal.viewer
    )


@routes.put("/guilds/{guild_id:uuid}/leader", scope=WRITE, raises=(*OFFICER, NotInGuild, UserNotFound))
async def hand_on(guild_id: PathGuildId, principal: Principal, db: Database, data: PersonRequest) -> Guild:
    """Let another member lead a guild.

    For the leader, who becomes an officer; and for moderators of the server and administrators of the platform: then
    the former leader becomes a member.
    """
    return await db.transact(lambda tx: actions.hand_on_guild(tx, principal, guild_id, data.user_id), principal.viewer)
