"""Writes about the heroes' daily figures."""

from datetime import date

from guildhall.db.pool import Transaction
from guildhall.packs.dota2.trends import queries


async def apply_meta(tx: Transaction) -> int:
    """Add what has changed to the daily figures; the number of day rows touched."""
    await queries.lock_meta.one(tx)
    return await queries.apply_deltas.run(tx)


async def recount_meta(tx: Transaction, from_day: date) -> int:
    """Count the daily figures of a day and all later ones from the matches; the number of day rows."""
    await queries.lock_meta.one(tx)
    await queries.forget_days.run(tx, from_day)
    return await queries.recount_meta.one(tx, from_day)
