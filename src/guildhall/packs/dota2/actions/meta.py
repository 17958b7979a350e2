"""Writes about heroes: constants, patches, daily figures, trend rules."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from guildhall.core.jobs.actions import send
from guildhall.db.pool import Transaction
from guildhall.packs.dota2.messages import RecountMeta
from guildhall.packs.dota2.queries import meta
from guildhall.packs.dota2.schemas.given import GivenHeroConstant, GivenPatch


async def save_hero_constants(tx: Transaction, heroes: Sequence[GivenHeroConstant], as_of: datetime) -> int:
    """Store the heroes; how many."""
    return await meta.save_hero_constants.run(
        tx, [h.id for h in heroes], [h.name for h in heroes], [h.localized_name for h in heroes],
        [h.primary_attr for h in heroes], [h.attack_type for h in heroes],
        [msgspec.json.encode(h.roles) for h in heroes], [h.img for h in heroes], [h.icon for h in heroes],
        [msgspec.json.encode(h) for h in heroes], as_of,
    )  # fmt: skip


async def save_patches(tx: Transaction, given: Sequence[GivenPatch]) -> date | None:
    """Store the patches; the day from which the daily figures are counted anew, if a date became known.

    Matches are put to a patch when they are stored, so those played since a patch that was not known yet
    stand under the one before.
    """
    known = {patch.patch_id: patch.starts_at for patch in await meta.patches.many(tx)}
    news = [patch.date for patch in given if known.get(patch.id) != patch.date]
    if not news:
        return None
    await meta.save_patches.run(tx, [p.id for p in given], [p.name for p in given], [p.date for p in given])
    first = min(news).date()
    await send(tx, RecountMeta(first.isoformat()))
    return first


async def apply_meta(tx: Transaction) -> int:
    """Add what has changed to the daily figures; the number of day rows touched."""
    await meta.lock_meta.one(tx)
    return await meta.apply_deltas.run(tx)


async def recount_meta(tx: Transaction, from_day: date) -> int:
    """Count the daily figures of a day and all later ones from the matches; the number of day rows."""
    await meta.lock_meta.one(tx)
    await meta.forget_days.run(tx, from_day)
    return await meta.recount_meta.one(tx, from_day)
