"""Writes about what is kept fresh."""

from collections.abc import Sequence

from guildhall.db.pool import Database, Transaction
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.tracking import errors, queries
from guildhall.packs.dota2.tracking.rules import next_sync_at


async def note_sync_failed(db: Database, account_id: AccountId, why: str) -> None:
    """A sync failed: the player comes round again later, each time later."""
    async with db.write() as tx:
        state = await queries.sync_state.one_or_none(tx, account_id)
        failures = (state.failures if state is not None else 0) + 1
        due = next_sync_at(None, None, tx.now, failures=failures)
        await queries.note_failed.run(tx, account_id, due, why[:500])


async def track_players(tx: Transaction, account_ids: Sequence[AccountId], most: int) -> int:
    """Keep players fresh from now on; how many rows changed. Raises TooManyTracked."""
    changed = await queries.track.run(tx, sorted(account_ids), tx.now)
    if await queries.tracked_count.one(tx) > most:
        raise errors.TooManyTracked(most=most)
    return changed


async def untrack_players(tx: Transaction, account_ids: Sequence[AccountId]) -> int:
    """No longer keep players fresh; what is known of them stays."""
    return await queries.untrack.run(tx, list(account_ids))
