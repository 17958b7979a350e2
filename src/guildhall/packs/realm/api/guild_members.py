"""Members of a guild, their ranks, and invitations to join."""

from uuid import UUID

from litestar import delete, get, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody

from guildhall.core.identity.principal import requires
from guildhall.core.identity.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.instants import Instant
from guildhall.packs.realm.actions import guild_invitations as invitations
from guildhall.packs.realm.actions import guild_members as actions
from guildhall.packs.realm.actions.access import profile_for
from guildhall.packs.realm.actions.guilds import readable_guild
from guildhall.packs.realm.api.parameters import READ, WRITE, After, GuildId, Limit, Small, UserId
from guildhall.packs.realm.queries import guild_members as queries
from guildhall.packs.realm.rules.guilds import RANKS
from guildhall.packs.realm.schemas.guilds import Guild, GuildInvitation, GuildMember, RankRequest
from guildhall.packs.realm.schemas.names import PersonRequest
from guildhall.packs.realm.schemas.parties import Invited
from guildhall.packs.realm.settings import RealmSettings
from guildhall.web.problems import documented
from guildhall.web.routes import below

_ROSTER = Cursor("realm.guild_members", 1, tuple[Small, Instant, UUID])
_INVITED = Cursor("realm.guild_invited", 1, tuple[Instant, UUID])


@get("/guilds/{guild_id:uuid}/members", summary="Members of a guild", responses=documented(400, 401, 403, 404, 409))
async def list_members(
    guild_id: GuildId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    after: After = None,
    limit: Limit = 50,
) -> Page[GuildMember]:
    """The leader, the officers, the others, each by time. For everybody of the server."""
    rank, joined_at, user_id = _ROSTER.decode_or_none(after) or (None, None, None)
    async with db.read(principal.viewer) as tx:
        await readable_guild(tx, principal, guild_id)
        rows = await queries.guild_roster.many(tx, guild_id, rank, joined_at, user_id, limit + 1)
    return _ROSTER.page(rows, limit, lambda row: (RANKS.index(row.rank), row.joined_at, row.user_id))


@get(
    "/guilds/{guild_id:uuid}/invitations",
    summary="Open invitations to a guild",
    responses=documented(400, 401, 403, 404, 409),
)
async def list_invited(
    guild_id: GuildId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    after: After = None,
    limit: Limit = 50,
) -> Page[Invited]:
    """Return the unanswered invitations that have not expired, the latest first. For members."""
    at = _INVITED.decode_or_none(after)
    async with db.read(viewer) as tx:
        rows = await invitations.invited_to_guild(tx, viewer, guild_id, at, limit + 1)
    return _INVITED.page(rows, limit, lambda row: (row.created_at, row.user_id))


@get("/guild-invitations", summary="Guilds that ask you to join", responses=documented(401, 403, 409))
async def list_invitations(viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> list[GuildInvitation]:
    """The invitations that are good, the latest first, a hundred at most."""
    async with db.read(viewer) as tx:
        profile = await profile_for(tx, viewer)
        return await queries.guild_invitations_for.many(tx, profile.id, tx.now)


@post(
    "/guilds/{guild_id:uuid}/invitations",
    summary="Ask somebody to join a guild",
    responses=documented(400, 401, 403, 404, 409, 413),
)
async def invite(
    guild_id: GuildId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    settings: NamedDependency[RealmSettings],
    data: JSONBody[PersonRequest],
) -> GuildInvitation:
    """Invite a person to the guild. For officers and the leader. A repeated invitation renews the first."""
    async with db.write(viewer) as tx:
        return await invitations.invite_to_guild(tx, viewer, guild_id, data.user_id, settings)


@delete(
    "/guilds/{guild_id:uuid}/invitations/{user_id:uuid}",
    summary="Take an invitation to a guild back",
    responses=documented(400, 401, 403, 404, 409),
)
async def uninvite(
    guild_id: GuildId, user_id: UserId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> None:
    """Withdraw an invitation. For officers and the leader."""
    async with db.write(viewer) as tx:
        await invitations.uninvite_from_guild(tx, viewer, guild_id, user_id)


@post(
    "/guilds/{guild_id:uuid}/acceptance",
    status_code=200,
    summary="Join a guild",
    responses=documented(400, 401, 403, 404, 409),
)
async def accept(guild_id: GuildId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> Guild:
    """Accept an invitation. Never more are in a guild than its size."""
    async with db.write(viewer) as tx:
        return await invitations.accept_guild(tx, viewer, guild_id)


@post(
    "/guilds/{guild_id:uuid}/refusal",
    status_code=204,
    summary="Decline an invitation to a guild",
    responses=documented(400, 401, 403, 404, 409),
)
async def decline(guild_id: GuildId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> None:
    """Decline an invitation. The guild is notified."""
    async with db.write(viewer) as tx:
        await invitations.decline_guild(tx, viewer, guild_id)


@post(
    "/guilds/{guild_id:uuid}/departure",
    status_code=204,
    summary="Leave a guild",
    responses=documented(400, 401, 403, 404, 409),
)
async def leave(guild_id: GuildId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> None:
    """Leave a guild. If the leader leaves, an officer leads next, otherwise a member.

    Of several the one who contributed most comes first, then the one who joined first. The last one to leave disbands
    the guild, if its treasury is empty.
    """
    await db.transact(lambda tx: actions.leave_guild(tx, viewer, guild_id), viewer)


@delete(
    "/guilds/{guild_id:uuid}/members/{user_id:uuid}",
    summary="Throw somebody out of a guild",
    responses=documented(400, 401, 403, 404, 409),
)
async def kick(
    guild_id: GuildId, user_id: UserId, principal: NamedDependency[Principal], db: NamedDependency[Database]
) -> None:
    """Remove a member from a guild.

    Officers and the leader remove members of a lower rank. Moderators of the server and administrators of the platform
    remove anybody; when that is the leader, the next one leads, as when the leader leaves.
    """
    await db.transact(lambda tx: actions.kick_from_guild(tx, principal, guild_id, user_id), principal.viewer)


@put(
    "/guilds/{guild_id:uuid}/members/{user_id:uuid}/rank",
    summary="Promote or demote a member of a guild",
    responses=documented(400, 401, 403, 404, 409, 413),
)
async def rank_member(
    guild_id: GuildId,
    user_id: UserId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    data: JSONBody[RankRequest],
) -> GuildMember:
    """Promote or demote a member. For the leader, moderators of the server and administrators of the platform."""
    return await db.transact(
        lambda tx: actions.rank_member(tx, principal, guild_id, user_id, data.rank), principal.viewer
    )


@put(
    "/guilds/{guild_id:uuid}/leader",
    summary="Let another member lead a guild",
    responses=documented(400, 401, 403, 404, 409, 413),
)
async def hand_on(
    guild_id: GuildId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    data: JSONBody[PersonRequest],
) -> Guild:
    """Make another member the leader.

    For the leader, who becomes an officer; and for moderators of the server and administrators of the platform: then
    the former leader becomes a member.
    """
    return await db.transact(lambda tx: actions.hand_on_guild(tx, principal, guild_id, data.user_id), principal.viewer)


_reads = below("", [list_members, list_invited, list_invitations], guards=[requires(READ)])
_writes = below(
    "",
    [invite, uninvite, accept, decline, leave, kick, rank_member, hand_on],
    guards=[requires(WRITE)],
)
routes = below("/api/v1/realm", [*_reads, *_writes])
