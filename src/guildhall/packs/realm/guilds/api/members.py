"""Members of a guild, their ranks, and invitations to join."""

from uuid import UUID

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.instants import Instant
from guildhall.packs.realm.access.actions.permissions import profile_for
from guildhall.packs.realm.access.api.parameters import PROFILE, READ, WRITE, Small, UserId
from guildhall.packs.realm.access.errors.permissions import UserNotFound
from guildhall.packs.realm.access.schemas.names import PersonRequest
from guildhall.packs.realm.direct.errors import Blocked
from guildhall.packs.realm.guilds.actions import invitations
from guildhall.packs.realm.guilds.actions import members as actions
from guildhall.packs.realm.guilds.actions.guilds import readable_guild
from guildhall.packs.realm.guilds.api.parameters import GUILD, MEMBER, OFFICER, GuildId
from guildhall.packs.realm.guilds.errors import GuildDisbanded, GuildFull, GuildInvitationNotFound, InGuild, NotInGuild
from guildhall.packs.realm.guilds.queries import members as queries
from guildhall.packs.realm.guilds.rules import RANKS
from guildhall.packs.realm.guilds.schemas import Guild, GuildInvitation, GuildMember, RankRequest
from guildhall.packs.realm.parties.errors import TooManyInvitations
from guildhall.packs.realm.parties.schemas import Invited
from guildhall.packs.realm.settings import RealmSettings
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/realm")

_ROSTER = Cursor("realm.guild_members", 1, tuple[Small, Instant, UUID])
_INVITED = Cursor("realm.guild_invited", 1, tuple[Instant, UUID])


@routes.get("/guilds/{guild_id:uuid}/members", scope=READ, pages=Pages(_ROSTER, 50), raises=GUILD)
async def list_members(
    guild_id: GuildId, principal: Principal, tx: Read, asked: Asked[tuple[Small, Instant, UUID]]
) -> Page[GuildMember]:
    """Members of a guild.

    The leader, the officers, the others, each by time. For everybody of the server.
    """
    rank, joined_at, user_id = asked.after or (None, None, None)
    await readable_guild(tx, principal, guild_id)
    rows = await queries.guild_roster.many(tx, guild_id, rank, joined_at, user_id, asked.rows)
    return _ROSTER.page(rows, asked.limit, lambda row: (RANKS.index(row.rank), row.joined_at, row.user_id))


@routes.get("/guilds/{guild_id:uuid}/invitations", scope=READ, pages=Pages(_INVITED, 50), raises=MEMBER)
async def list_invited(
    guild_id: GuildId, viewer: Viewer, tx: Read, asked: Asked[tuple[Instant, UUID]]
) -> Page[Invited]:
    """Open invitations to a guild.

    Return the unanswered invitations that have not expired, the latest first. For members.
    """
    rows = await invitations.invited_to_guild(tx, guild_id, asked.after, asked.rows)
    return _INVITED.page(rows, asked.limit, lambda row: (row.created_at, row.user_id))


@routes.get("/guild-invitations", scope=READ, raises=PROFILE)
async def list_invitations(viewer: Viewer, tx: Read) -> list[GuildInvitation]:
    """Guilds that ask you to join.

    The invitations that are good, the latest first, a hundred at most.
    """
    profile = await profile_for(tx)
    return await queries.guild_invitations_for.many(tx, profile.id, tx.now)


@routes.post(
    "/guilds/{guild_id:uuid}/invitations",
    scope=WRITE,
    raises=(*OFFICER, Blocked, UserNotFound, GuildFull, InGuild, TooManyInvitations),
)
async def invite(
    guild_id: GuildId, viewer: Viewer, tx: Write, settings: RealmSettings, data: PersonRequest
) -> GuildInvitation:
    """Ask somebody to join a guild.

    For officers and the leader. A repeated invitation renews the first.
    """
    return await invitations.invite_to_guild(tx, guild_id, data.user_id, settings)


@routes.delete(
    "/guilds/{guild_id:uuid}/invitations/{user_id:uuid}", scope=WRITE, raises=(*OFFICER, GuildInvitationNotFound)
)
async def uninvite(guild_id: GuildId, user_id: UserId, viewer: Viewer, tx: Write) -> None:
    """Take an invitation to a guild back.

    For officers and the leader.
    """
    await invitations.uninvite_from_guild(tx, guild_id, user_id)


@routes.post(
    "/guilds/{guild_id:uuid}/acceptance",
    scope=WRITE,
    status=200,
    raises=(*GUILD, GuildInvitationNotFound, GuildDisbanded, GuildFull, InGuild),
)
async def accept(guild_id: GuildId, viewer: Viewer, tx: Write) -> Guild:
    """Join a guild.

    Accept an invitation. Never more are in a guild than its size.
    """
    return await invitations.accept_guild(tx, guild_id)


@routes.post("/guilds/{guild_id:uuid}/refusal", scope=WRITE, status=204, raises=(*PROFILE, GuildInvitationNotFound))
async def decline(guild_id: GuildId, viewer: Viewer, tx: Write) -> None:
    """Decline an invitation to a guild.

    The guild is notified.
    """
    await invitations.decline_guild(tx, guild_id)


@routes.delete("/guilds/{guild_id:uuid}/members/{user_id:uuid}", scope=WRITE, raises=(*OFFICER, NotInGuild))
async def kick(guild_id: GuildId, user_id: UserId, principal: Principal, db: Database) -> None:
    """Throw somebody out of a guild.

    Officers and the leader remove members of a lower rank. Moderators of the server and administrators of the platform
    remove anybody; when that is the leader, the next one leads, as when the leader leaves.
    """
    await db.transact(lambda tx: actions.kick_from_guild(tx, principal, guild_id, user_id), principal.viewer)


@routes.put("/guilds/{guild_id:uuid}/members/{user_id:uuid}/rank", scope=WRITE, raises=(*OFFICER, NotInGuild))
async def rank_member(
    guild_id: GuildId, user_id: UserId, principal: Principal, db: Database, data: RankRequest
) -> GuildMember:
    """Promote or demote a member of a guild.

    For the leader, moderators of the server and administrators of the platform.
    """
    return await db.transact(
        lambda tx: actions.rank_member(tx, principal, guild_id, user_id, data.rank), principal.viewer
    )


@routes.put("/guilds/{guild_id:uuid}/leader", scope=WRITE, raises=(*OFFICER, NotInGuild, UserNotFound))
async def hand_on(guild_id: GuildId, principal: Principal, db: Database, data: PersonRequest) -> Guild:
    """Let another member lead a guild.

    For the leader, who becomes an officer; and for moderators of the server and administrators of the platform: then
    the former leader becomes a member.
    """
    return await db.transact(lambda tx: actions.hand_on_guild(tx, principal, guild_id, data.user_id), principal.viewer)
