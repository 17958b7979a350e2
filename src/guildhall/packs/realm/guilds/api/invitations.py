"""Invitations to a guild."""

from guildhall.db.pages import Cursor, Page
from guildhall.ids import UserId
from guildhall.instants import Instant
from guildhall.packs.realm.access.actions.permissions import profile_for
from guildhall.packs.realm.access.api.parameters import PROFILE, READ, WRITE, PathUserId
from guildhall.packs.realm.access.errors.permissions import UserNotFound
from guildhall.packs.realm.access.schemas.names import PersonRequest
from guildhall.packs.realm.direct.errors import Blocked
from guildhall.packs.realm.guilds.actions import invitations as actions
from guildhall.packs.realm.guilds.api.parameters import GUILD, MEMBER, OFFICER, PathGuildId
from guildhall.packs.realm.guilds.errors import GuildDisbanded, GuildFull, GuildInvitationNotFound, InGuild
from guildhall.packs.realm.guilds.queries import invitations as queries
from guildhall.packs.realm.guilds.schemas import Guild, GuildInvitation
from guildhall.packs.realm.parties.errors import TooManyInvitations
from guildhall.packs.realm.parties.schemas import Invited
from guildhall.packs.realm.settings import RealmSettings
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/realm")

_INVITED = Cursor("realm.guild_invited", 1, tuple[Instant, UserId])


@routes.get("/guilds/{guild_id:uuid}/invitations", scope=READ, pages=Pages(_INVITED, 50), raises=MEMBER)
async def list_invited(guild_id: PathGuildId, tx: Read, asked: Asked[tuple[Instant, UserId]]) -> Page[Invited]:
    """Open invitations to a guild.

    Return the unanswered invitations that have not expired, the latest first. For members.
    """
    rows = await actions.invited_to_guild(tx, guild_id, asked.after, asked.rows)
    return _INVITED.page(rows, asked.limit, lambda row: (row.created_at, row.user_id))


@routes.get("/guild-invitations", scope=READ, raises=PROFILE)
async def list_invitations(tx: Read) -> list[GuildInvitation]:
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
async def invite(guild_id: PathGuildId, tx: Write, settings: RealmSettings, data: PersonRequest) -> GuildInvitation:
    """Ask somebody to join a guild.

    For officers and the leader. A repeated invitation renews the first.
    """
    return await actions.invite_to_guild(tx, guild_id, data.user_id, settings)


@routes.delete(
    "/guilds/{guild_id:uuid}/invitations/{user_id:uuid}", scope=WRITE, raises=(*OFFICER, GuildInvitationNotFound)
)
async def uninvite(guild_id: PathGuildId, user_id: PathUserId, tx: Write) -> None:
    """Take an invitation to a guild back.

    For officers and the leader.
    """
    await actions.uninvite_from_guild(tx, guild_id, user_id)


@routes.post(
    "/guilds/{guild_id:uuid}/acceptance",
    scope=WRITE,
    status=200,
    raises=(*GUILD, GuildInvitationNotFound, GuildDisbanded, GuildFull, InGuild),
)
async def accept(guild_id: PathGuildId, tx: Write) -> Guild:
    """Join a guild.

    Accept an invitation. Never more are in a guild than its size.
    """
    return await actions.accept_guild(tx, guild_id)


@routes.post("/guilds/{guild_id:uuid}/refusal", scope=WRITE, status=204, raises=(*PROFILE, GuildInvitationNotFound))
async def decline(guild_id: PathGuildId, tx: Write) -> None:
    """Decline an invitation to a guild.

    The guild is notified.
    """
    await actions.decline_guild(tx, guild_id)
