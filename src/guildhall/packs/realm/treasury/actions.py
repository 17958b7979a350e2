"""The treasury of a guild: each deposit or withdrawal is one transaction with a row of the ledger."""

from datetime import timedelta

from msgspec import structs

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.ledger.actions import account_of, post
from guildhall.core.ledger.errors import (
    AccountClosed,
    AccountFull,
    AccountNotFound,
    BalanceTooLow,
    PostingKeyReused,
)
from guildhall.core.ledger.schemas import Leg
from guildhall.core.realtime.actions import publish
from guildhall.db.pool import LostRace, Transaction
from guildhall.ids import UserId
from guildhall.packs.realm.access.actions.audit import record
from guildhall.packs.realm.access.actions.authority import require_game
from guildhall.packs.realm.access.actions.permissions import profile_for
from guildhall.packs.realm.access.errors.permissions import KeyReused, UserNotFound
from guildhall.packs.realm.access.queries.locks import lock_person
from guildhall.packs.realm.access.rules.amounts import AMOUNT_MOST
from guildhall.packs.realm.access.rules.content import clean_content
from guildhall.packs.realm.guilds.actions.guilds import Member, acting, daily_limit, held, shown, topic_of
from guildhall.packs.realm.guilds.errors import GuildDisbanded, GuildNotFound, RankTooLow
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
_TREASURY, _OUTSIDE, _COPPER = "realm.treasury", "realm.outside", "realm.copper"
_NOTE_MOST = 200


async def deposit(tx: Transaction, guild_id: GuildId, wanted: CopperRequest) -> TreasuryChange:
    """Put copper in, which counts as contribution. A key that was used before changes nothing.

    Raises as `acting`, TreasuryFull, KeyReused.
    """
    who = await acting(tx, guild_id, "deposit")
    if (known := await _persons(tx, who, "deposit", wanted.amount, wanted.client_key)) is not None:
        return known
    key = _person_key(guild_id, tx.viewer.id, wanted.client_key)
    entry = await _enter(tx, who.guild, tx.viewer.id, "deposit", wanted.amount, wanted.note, key)
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
    key = _person_key(guild_id, tx.viewer.id, wanted.client_key)
    entry = await _enter(tx, who.guild, tx.viewer.id, "withdrawal", -wanted.amount, wanted.note, key)
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
    key = _game_key(guild_id, wanted.client_key)
    known = await queries.entry_of_key.one_or_none(tx, guild_id, key)
    if known is not None:
        return _again(guild, known, kind, wanted.amount)
    entry = await _enter(tx, guild, wanted.user_id, kind, wanted.amount, wanted.note, key)
    if kind == "reward" and wanted.user_id is not None:
        await contribute.run(tx, guild_id, wanted.user_id, wanted.amount)
    return TreasuryChange(entry, entry.balance_after, again=False)


async def write_off(tx: Transaction, guild: HeldGuild, note: str) -> HeldGuild:
    """Take everything out of the treasury of a guild that is held, for nobody; return the guild."""
    if guild.treasury_balance:
        key = _game_key(guild.id, f"disbanded:{guild.id}")
        try:
            await _move(tx, guild, None, "fee", -guild.treasury_balance, note, key)
        except (AccountNotFound, AccountClosed, AccountFull, BalanceTooLow, PostingKeyReused) as error:
            raise LostRace from error
    return structs.replace(guild, treasury_balance=0)


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
    posted = _person_key(who.guild.id, who.profile.id, key)
    known = await queries.entry_of_key.one_or_none(tx, who.guild.id, posted)
    return None if known is None else _again(who.guild, known, kind, amount)


def _person_key(guild: GuildId, user: UserId, client_key: str) -> str:
    """A person's keys are that person's; the ledger forgets a key with the person whose id is in it."""
    return f"{_TREASURY}:{guild}:{user}:{client_key}"


def _game_key(guild: GuildId, client_key: str) -> str:
    """The game's keys are the game's, whomever they are about."""
    return f"{_TREASURY}:{guild}:game:{client_key}"


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
    try:
        return await _move(tx, guild, user_id, kind, amount, text, key)
    except (AccountNotFound, AccountClosed) as error:
        raise GuildDisbanded from error
    except BalanceTooLow as error:
        raise TreasuryTooLow(balance=error.free) from error
    except AccountFull as error:
        raise TreasuryFull from error
    except PostingKeyReused as error:
        raise KeyReused from error


async def _move(
    tx: Transaction, guild: HeldGuild, user_id: UserId | None, kind: EntryKind, amount: int, text: str | None, key: str
) -> LedgerEntry:
    """Move copper between a guild that is held and the world outside, and tell its members. Raises as `post`."""
    balance = guild.treasury_balance + amount
    treasury = await account_of(tx, _TREASURY, _COPPER, thing=guild.id, ceiling=AMOUNT_MOST)
    outside = await account_of(tx, _OUTSIDE, _COPPER)
    posted = await post(
        tx, (Leg(treasury, amount), Leg(outside, -amount)), key=key, kind=f"realm.{kind}", user_id=user_id, note=text
    )
    entry = await queries.entry.one(tx, guild.id, LedgerEntryId(posted.id))
    await queries.set_balance.run(tx, guild.id, balance)
    told = {"balance": balance, "amount": amount, "kind": kind, "user_id": user_id}
    await publish(tx, topic_of(guild.id), "treasury_changed", told, by=user_id)
    return entry
