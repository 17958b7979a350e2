"""Leaving and disbanding guilds."""

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.pack import WebPart
from guildhall.packs.realm.access.api.parameters import WRITE
from guildhall.packs.realm.disbanding import actions
from guildhall.packs.realm.guilds.api.parameters import OFFICER, PathGuildId
from guildhall.packs.realm.treasury.errors import TreasuryNotEmpty
from guildhall.web.route import Routes

routes = Routes("/api/v1/realm")


@routes.post("/guilds/{guild_id:uuid}/departure", scope=WRITE, status=204, raises=(*OFFICER, TreasuryNotEmpty))
async def leave(guild_id: PathGuildId, viewer: Viewer, db: Database) -> None:
    """Leave a guild.

    If the leader leaves, an officer leads next, otherwise a member.

    Of several the one who contributed most comes first, then the one who joined first. The last one to leave disbands
    the guild, if its treasury is empty.
    """
    await db.transact(lambda tx: actions.leave_guild(tx, guild_id), viewer)


@routes.delete("/guilds/{guild_id:uuid}", scope=WRITE, raises=(*OFFICER, TreasuryNotEmpty))
async def disband_guild(guild_id: PathGuildId, principal: Principal, db: Database) -> None:
    """Disband a guild.

    The other side wins the wars that are being fought.

    For its leader, if the treasury is empty; moderators of the server and administrators of the platform write off the
    rest.
    """
    await db.transact(lambda tx: actions.disband_guild(tx, principal, guild_id), principal.viewer)


WEB = WebPart(routes=routes)
