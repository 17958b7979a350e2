"""A linked account of a development database: two watched characters with weeks behind them.

The account's refresh token is such as the sandbox gives out, so that a worker that is led to the sandbox finds the
characters alive. Anywhere else the game refuses it, as it should.
"""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from guildhall.core.identity.credentials.queries import lock_user
from guildhall.core.identity.ids import IdentityId
from guildhall.core.identity.sign_in.queries import add_identity, add_user, identity_of
from guildhall.core.vault.vault import Vault
from guildhall.db.partitions import make_months, month_of
from guildhall.db.pool import Database, Transaction
from guildhall.ids import UserId, uuid7
from guildhall.packs.poe2.characters.actions.snapshots import save_look
from guildhall.packs.poe2.characters.kept import WATCHED
from guildhall.packs.poe2.characters.queries import characters
from guildhall.packs.poe2.characters.rules.given import GivenCharacter
from guildhall.packs.poe2.characters.rules.sheet import Sheet, read_sheet
from guildhall.packs.poe2.ggg.oauth import NAME
from guildhall.packs.poe2.ggg.queries import accounts
from guildhall.packs.poe2.ggg.schemas import ACCESS_TOKEN, REFRESH_TOKEN
from guildhall.packs.poe2.ids import CharacterId, Sub
from guildhall.packs.poe2.sandbox.ggg import GggOptions, World, refresh_token, sheet_of
from guildhall.packs.poe2.sandbox.ggg.world import Account, Character
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.sandbox.clock import WorldClock

EXILE = UserId(UUID("01930000-0000-7000-8000-0000000000e1"))
_WATCHED = 2
_PAST, _STEP = timedelta(days=21), timedelta(hours=8)
_NEVER = "issued by nobody: the first use fetches a real one"


async def seed(db: Database, vault: Vault, settings: Poe2Settings) -> dict[str, int]:
    """Add the account with its characters, once: what somebody changes of it stays so. Return how many were added."""
    options = GggOptions()
    account = next(iter(World(options, WorldClock(None)).accounts.values()))
    async with db.write() as tx:
        taken = await identity_of.one_or_none(tx, NAME, account.sub) is not None
        if taken or await lock_user.one_or_none(tx, EXILE) is not None:
            return {"characters": 0}
        await _add_account(tx, vault, settings, options, account)
        for table in ("poe2.character_snapshots", "poe2.equipment_changes"):
            await make_months(tx, table, [month_of((tx.now - _PAST).date()), month_of(tx.now.date())])
        for character in account.characters[:_WATCHED]:
            await _add_character(tx, character, options.seed, settings)
    return {"characters": _WATCHED}


async def _add_account(
    tx: Transaction, vault: Vault, settings: Poe2Settings, options: GggOptions, account: Account
) -> None:
    await add_user.run(tx, EXILE, account.name.partition("#")[0], tx.now)
    # So that signing in with the account leads to this user.
    await add_identity.one(tx, IdentityId(uuid7()), EXILE, NAME, account.sub, account.name, None, tx.now)
    token = refresh_token(options, account.sub, tuple(settings.scopes), tx.now.timestamp())
    await accounts.keep.run(
        tx, EXILE, Sub(UUID(account.sub)), account.name, settings.scopes, vault.seal(ACCESS_TOKEN, EXILE, _NEVER),
        vault.seal(REFRESH_TOKEN, EXILE, token), tx.now - timedelta(minutes=1),
        tx.now + timedelta(seconds=options.refresh_seconds), tx.now,
    )  # fmt: skip


async def _add_character(tx: Transaction, character: Character, seed: int, settings: Poe2Settings) -> None:
    """Watch a character, and add the looks that there would have been."""
    now = tx.now
    line = _sheet(character, seed, now).line
    id = await characters.watch.one(
        tx, CharacterId(uuid7()), EXILE, line.game_id, line.name, line.class_name, line.ascendancy, line.level,
        line.experience, line.league, line.private_league, now - _PAST,
    )  # fmt: skip
    for step in range(_PAST // _STEP):
        then = now - _PAST + step * _STEP
        await save_look(Transaction(tx.connection, then), id, _sheet(character, seed, then), settings)
    await WATCHED.keep(tx, id, user_id=EXILE)


def _sheet(character: Character, seed: int, at: datetime) -> Sheet:
    given = sheet_of(seed, character, at.timestamp(), "texts")
    return read_sheet(msgspec.convert({"character": given}, GivenCharacter).character)
