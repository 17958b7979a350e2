"""The treasury of a guild, and what the game adds to it."""

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor
from guildhall.pack import WebPart
from guildhall.packs.realm.access.api.parameters import GAME, READ, STAFF, WRITE, Small
from guildhall.packs.realm.access.errors.content import ContentRefused
from guildhall.packs.realm.access.errors.permissions import KeyReused, UserNotFound
from guildhall.packs.realm.guilds.api.parameters import MEMBER, OFFICER, PathGuildId
from guildhall.packs.realm.guilds.errors import GuildDisbanded, GuildNotFound
from guildhall.packs.realm.settings import RealmSettings
from guildhall.packs.realm.treasury import actions
from guildhall.packs.realm.treasury.errors import DailyLimitReached, NothingMoves, TreasuryFull, TreasuryTooLow
from guildhall.packs.realm.treasury.schemas import (
    CopperRequest,
    GameCopperRequest,
    GuildChecked,
    Treasury,
    TreasuryChange,
)
from guildhall.web.route import Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/realm")

_LEDGER = Cursor("realm.guild_ledger", 1, tuple[Small])


@routes.get("/guilds/{guild_id:uuid}/treasury", scope=READ, pages=Pages(_LEDGER), raises=MEMBER)
async def get_treasury(guild_id: PathGuildId, tx: Read, asked: Asked[tuple[Small]]) -> Treasury:
    """A guild's treasury.

    Return the balance of the viewer's guild, in copper, and its ledger, the latest entry first. For members.
    """
    at = asked.after
    balance, rows = await actions.treasury_of(tx, guild_id, None if at is None else at[0], asked.rows)
    page = _LEDGER.page(rows, asked.limit, lambda row: (row.number,))
    return Treasury(balance, page.items, page.next)


@routes.get("/guilds/{guild_id:uuid}/treasury/check", scope=READ, raises=MEMBER)
async def check(guild_id: PathGuildId, tx: Read) -> GuildChecked:
    """Check a guild's numbers against its ledgers.

    The balance beside the sum of the ledger, the experience and the members beside theirs. For members.
    """
    found = await actions.check_guild(tx, guild_id)
    return GuildChecked(found.sound, found)


@routes.post(
    "/guilds/{guild_id:uuid}/treasury/deposits",
    scope=WRITE,
    raises=(*OFFICER, KeyReused, TreasuryFull, TreasuryTooLow, ContentRefused),
)
async def deposit(guild_id: PathGuildId, tx: Write, data: CopperRequest) -> TreasuryChange:
    """Put copper into a guild's treasury.

    For members. A repeated key changes nothing.
    """
    return await actions.deposit(tx, guild_id, data)


@routes.post(
    "/guilds/{guild_id:uuid}/treasury/withdrawals",
    scope=WRITE,
    raises=(*OFFICER, DailyLimitReached, KeyReused, TreasuryFull, TreasuryTooLow, ContentRefused),
)
async def withdraw(guild_id: PathGuildId, tx: Write, settings: RealmSettings, data: CopperRequest) -> TreasuryChange:
    """Take copper out of a guild's treasury.

    Withdraw copper: as much as the viewer's rank may within 24 hours, and never more than the balance.

    A repeated key changes nothing.
    """
    return await actions.withdraw(tx, guild_id, data, settings)


@routes.post(
    "/game/guilds/{guild_id:uuid}/treasury",
    scope=GAME,
    raises=(
        *STAFF,
        GuildNotFound,
        UserNotFound,
        GuildDisbanded,
        KeyReused,
        TreasuryFull,
        TreasuryTooLow,
        ContentRefused,
        NothingMoves,
    ),
)
async def change_treasury(
    guild_id: PathGuildId, principal: Principal, tx: Write, data: GameCopperRequest
) -> TreasuryChange:
    """Reward or charge a guild, as the game.

    A reward counts as its earner's contribution. For the game server.
    """
    return await actions.change_treasury(tx, principal, guild_id, data)


WEB = WebPart(routes=routes)
