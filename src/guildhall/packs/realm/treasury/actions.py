"""The treasury of a guild: each deposit or withdrawal is one transaction with a row of the ledger."""

from datetime import timedelta

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.actions import publish
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.actions.authority import require_game
from guildhall.packs.realm.access.actions.permissions import profile_for
from guildhall.packs.realm.access.errors.permissions import KeyReused, UserNotFound
from guildhall.packs.realm.access.queries.locks import lock_person
from guildhall.packs.realm.access.rules.amounts import AMOUNT_MOST
from guildhall.packs.realm.access.rules.content import clean_content
from guildhall.packs.realm.guilds.actions.guilds import Member, acting, daily_limit, held, shown, topic_of
from guildhall.packs.realm.guilds.errors import GuildNotFound, RankTooLow
from guildhall.packs.realm.guilds.queries.guilds import guild_server
from guildhall.packs.realm.guilds.queries.members import contribute
from guildhall.packs.realm.guilds.schemas import HeldGuild
from guildhall.packs.realm.ids import GuildId, LedgerEntryId
from guildhall.packs.realm.settings import RealmSettings
from guildhall.packs.realm.treasury import queries
from guildhall.packs.realm.treasury.errors import DailyLimitReached, NothingMoves, TreasuryFull, TreasuryTooLow
from guildhall.packs.realm.treasury.schemas import (
    CopperRequest,
    EntryKind,
    GameCopperRequest,
    GuildCheck,
    LedgerEntry,
    TreasuryChange,
)

_DAY = timedelta(hours=24)
_NOTE_MOST = 200


async def deposit(tx: Transaction, guild_id: GuildId, wanted: CopperRequest) -> TreasuryChange:
    """Put copper in, which counts as contribution. A key that was used before changes nothing.

    Raises as `acting`, TreasuryFull, KeyReused.
    """
    who = await acting(tx, guild_id, "deposit")
    if (known := await _persons(tx, who, "deposit", wanted.amount, wanted.client_key)) is not None:
        return known
    entry = await _enter(tx, who.guild, tx.viewer.id, "deposit", wanted.amount, wanted.note, wanted.client_key)
    await contribute.run(tx, guild_id, tx.viewer.id, wanted.amount)
    return TreasuryChange(entry, entry.balance_after, again=False)


async def withdraw(
    tx: Transaction, guild_id: GuildId, wanted: CopperRequest, settings: RealmSettings
) -> TreasuryChange:
    """Take copper out, as much as the rank may within 24 hours. A key that was used before changes nothing.

    Raises as `acting`, RankTooLow, DailyLimitReached, TreasuryTooLow, KeyReused.
    """
    who = await acting(tx, guild_id, "withdraw")
    if (known := await _persons(tx, who, "withdrawal", -wanted.amount, wanted.client_key)) is not None:
        return known
    limit = daily_limit(who.rank, settings)
    if limit == 0:
        raise RankTooLow(detail=f"A {who.rank} of the guild may take nothing from the treasury.")
    if limit is not None:
        left = max(0, limit - await queries.withdrawn_since.one(tx, guild_id, tx.viewer.id, tx.now - _DAY))
        if wanted.amount > left:
            raise DailyLimitReached(left=left, limit=limit)
    entry = await _enter(tx, who.guild, tx.viewer.id, "withdrawal", -wanted.amount, wanted.note, wanted.client_key)
    await record(
        tx, "guild_withdrawal", actor=tx.viewer.id, server=who.guild.server_id, guild=guild_id,
        details={"amount": wanted.amount, "balance": entry.balance_after},
    )  # fmt: skip
    return TreasuryChange(entry, entry.balance_after, again=False)


async def change_treasury(
    tx: Transaction, principal: Principal, guild_id: GuildId, wanted: GameCopperRequest
) -> TreasuryChange:
    """Add a reward of the game to a guild's treasury (also to its earner's contribution), or charge it a fee.

    A key that was used before changes nothing.

    Raises GuildNotFound, GuildDisbanded, as `require_game`, UserNotFound, TreasuryTooLow, TreasuryFull, KeyReused,
    NothingMoves.
    """
    server_id = await guild_server.one_or_none(tx, guild_id)
    if server_id is None:
        raise GuildNotFound
    await require_game(tx, principal, server_id)
    if wanted.amount == 0:
        raise NothingMoves
    if wanted.user_id is not None and await lock_person.one_or_none(tx, wanted.user_id, server_id) is None:
        raise UserNotFound
    guild = await held(tx, guild_id, server_id)
    kind: EntryKind = "reward" if wanted.amount > 0 else "fee"
    known = await queries.games_entry.one_or_none(tx, guild_id, wanted.client_key)
    if known is not None:
        return _again(guild, known, kind, wanted.amount)
    entry = await _enter(tx, guild, wanted.user_id, kind, wanted.amount, wanted.note, wanted.client_key)
    if kind == "reward" and wanted.user_id is not None:
        await contribute.run(tx, guild_id, wanted.user_id, wanted.amount)
    return TreasuryChange(entry, entry.balance_after, again=False)


async def treasury_of(
    tx: Transaction, guild_id: GuildId, after: int | None, limit: int
) -> tuple[int, list[LedgerEntry]]:
    """Return the balance of the viewer's guild, and a page of its ledger after an entry, the latest first.

    Raises NoProfile, Banned, GuildNotFound; RankTooLow for people outside the guild.
    """
    balance = await _seen(tx, guild_id)
    return balance, await queries.ledger_page.many(tx, guild_id, after, limit)


async def check_guild(tx: Transaction, guild_id: GuildId) -> GuildCheck:
    """Compare the stored figures of the viewer's guild with its ledgers. Raises as `treasury_of`."""
    await _seen(tx, guild_id)
    return await recount(tx, guild_id)


async def recount(tx: Transaction, guild_id: GuildId) -> GuildCheck:
    """A guild's numbers beside those that its ledgers and its roster give. Raises GuildNotFound."""
    check = await queries.guild_check.one_or_none(tx, guild_id)
    if check is None:
        raise GuildNotFound
    return check


async def _seen(tx: Transaction, guild_id: GuildId) -> int:
    guild = await shown(tx, await profile_for(tx), guild_id)
    if guild.treasury_balance is None:
        raise RankTooLow(detail="You are not in this guild.")
    return guild.treasury_balance


async def _persons(tx: Transaction, who: Member, kind: EntryKind, amount: int, key: str) -> TreasuryChange | None:
    """Return the same person's earlier change with the same key. Raises KeyReused if it was another."""
    known = await queries.persons_entry.one_or_none(tx, who.guild.id, who.profile.id, key)
    return None if known is None else _again(who.guild, known, kind, amount)


def _again(guild: HeldGuild, known: LedgerEntry, kind: EntryKind, amount: int) -> TreasuryChange:
    if (known.kind, known.amount) != (kind, amount):
        raise KeyReused
    return TreasuryChange(known, guild.treasury_balance, again=True)


async def _enter(
    tx: Transaction, guild: HeldGuild, user_id: UserId | None, kind: EntryKind, amount: int, note: str | None, key: str
) -> LedgerEntry:
    """The next entry of a guild that is held. Raises TreasuryTooLow, TreasuryFull, ContentRefused."""
    balance = guild.treasury_balance + amount
    if balance < 0:
        raise TreasuryTooLow(balance=guild.treasury_balance)
    if amount > 0 and balance > AMOUNT_MOST:  # the cap bounds what goes in, never what comes out
        raise TreasuryFull
    text = clean_content(note, _NOTE_MOST) if note else None
    entry = await queries.add_entry.one(
        tx, LedgerEntryId(uuid7()), guild.id, user_id, kind, amount, balance, text, key, tx.now
    )
    await queries.set_balance.run(tx, guild.id, balance)
    told = {"balance": balance, "amount": amount, "kind": kind, "user_id": user_id}
    await publish(tx, topic_of(guild.id), "treasury_changed", told, by=user_id)
    return entry
