"""The treasury of a guild, and what the game adds to it and to the guild's experience."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from guildhall.core.identity.principal import requires
from guildhall.core.identity.schemas import Principal
from guildhall.db.pages import Cursor
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.realm.actions import treasury as actions
from guildhall.packs.realm.actions.guild_progress import grant_for_game
from guildhall.packs.realm.api.parameters import GAME, READ, WRITE, After, GuildId, Limit, Small
from guildhall.packs.realm.schemas.guilds import ExperienceRequest, Granted
from guildhall.packs.realm.schemas.treasury import (
    CopperRequest,
    GameCopperRequest,
    GuildChecked,
    Treasury,
    TreasuryChange,
)
from guildhall.packs.realm.settings import RealmSettings
from guildhall.web.problems import documented
from guildhall.web.routes import below

_LEDGER = Cursor("realm.guild_ledger", 1, tuple[Small])


@get("/guilds/{guild_id:uuid}/treasury", summary="A guild's treasury", responses=documented(400, 401, 403, 404, 409))
async def get_treasury(
    guild_id: GuildId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    after: After = None,
    limit: Limit = 20,
) -> Treasury:
    """Return the balance of the viewer's guild, in copper, and its ledger, the latest entry first. For members."""
    at = _LEDGER.decode_or_none(after)
    async with db.read(viewer) as tx:
        balance, rows = await actions.treasury_of(tx, viewer, guild_id, None if at is None else at[0], limit + 1)
    page = _LEDGER.page(rows, limit, lambda row: (row.number,))
    return Treasury(balance, page.items, page.next)


@get(
    "/guilds/{guild_id:uuid}/treasury/check",
    summary="Check a guild's numbers against its ledgers",
    responses=documented(400, 401, 403, 404, 409),
)
async def check(guild_id: GuildId, viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> GuildChecked:
    """The balance beside the sum of the ledger, the experience and the members beside theirs. For members."""
    async with db.read(viewer) as tx:
        found = await actions.check_guild(tx, viewer, guild_id)
    return GuildChecked(found.sound, found)


@post(
    "/guilds/{guild_id:uuid}/treasury/deposits",
    summary="Put copper into a guild's treasury",
    responses=documented(400, 401, 403, 404, 409, 413, 422),
)
async def deposit(
    guild_id: GuildId, viewer: NamedDependency[Viewer], db: NamedDependency[Database], data: JSONBody[CopperRequest]
) -> TreasuryChange:
    """Deposit copper. For members. A repeated key changes nothing."""
    async with db.write(viewer) as tx:
        return await actions.deposit(tx, viewer, guild_id, data)


@post(
    "/guilds/{guild_id:uuid}/treasury/withdrawals",
    summary="Take copper out of a guild's treasury",
    responses=documented(400, 401, 403, 404, 409, 413, 422),
)
async def withdraw(
    guild_id: GuildId,
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    settings: NamedDependency[RealmSettings],
    data: JSONBody[CopperRequest],
) -> TreasuryChange:
    """Withdraw copper: as much as the viewer's rank may within 24 hours, and never more than the balance.

    A repeated key changes nothing.
    """
    async with db.write(viewer) as tx:
        return await actions.withdraw(tx, viewer, guild_id, data, settings)


@post(
    "/game/guilds/{guild_id:uuid}/treasury",
    summary="Reward or charge a guild, as the game",
    responses=documented(400, 401, 403, 404, 409, 413, 422),
)
async def change_treasury(
    guild_id: GuildId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    data: JSONBody[GameCopperRequest],
) -> TreasuryChange:
    """Reward or charge a guild. A reward counts as its earner's contribution. For the game server."""
    async with db.write(principal.viewer) as tx:
        return await actions.change_treasury(tx, principal, guild_id, data)


@post(
    "/game/guilds/{guild_id:uuid}/experience",
    summary="Grant a guild experience, as the game",
    responses=documented(400, 401, 403, 404, 409, 413),
)
async def grant_experience(
    guild_id: GuildId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    data: JSONBody[ExperienceRequest],
) -> Granted:
    """Grant a guild experience. For the game server.

    It may raise the level, which never falls: level n begins at 1000 (n - 1)² experience.
    """
    async with db.write(principal.viewer) as tx:
        return await grant_for_game(tx, principal, guild_id, data)


_reads = below("", [get_treasury, check], guards=[requires(READ)])
_writes = below("", [deposit, withdraw], guards=[requires(WRITE)])
_game = below("", [change_treasury, grant_experience], guards=[requires(GAME)])
routes = below("/api/v1/realm", [*_reads, *_writes, *_game])
