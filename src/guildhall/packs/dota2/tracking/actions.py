"""Writes about what is kept fresh."""

from collections.abc import Sequence
from datetime import datetime

from guildhall.core.fresh.errors import TooManyKept
from guildhall.db.pool import Database, Transaction
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.tracking import errors
from guildhall.packs.dota2.tracking.kept import PLAYERS


async def note_sync_failed(db: Database, account_id: AccountId, why: str) -> None:
    """A sync failed: the player comes round again later, each time later."""
    async with db.write() as tx:
        await PLAYERS.failed(tx, account_id, why)


async def track_players(
    tx: Transaction, account_ids: Sequence[AccountId], most: int, due_at: datetime | None = None
) -> int:
    """Keep players fresh from now on, new ones from `due_at` on; return how many are new. Raises TooManyTracked."""
    try:
        return await PLAYERS.keep(tx, *account_ids, due_at=due_at, most=most)
    except TooManyKept as error:
        raise errors.TooManyTracked(most=most) from error


async def untrack_players(tx: Transaction, account_ids: Sequence[AccountId]) -> int:
    """No longer keep players fresh; what is known of them stays."""
    return await PLAYERS.forget(tx, *account_ids)
