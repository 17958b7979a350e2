"""Writes about heroes and patches, fetched and stored."""

from collections.abc import Sequence
from datetime import date

import msgspec

from guildhall.core.jobs.actions import send
from guildhall.core.upstream.routes import Given
from guildhall.db.pool import Database, Transaction
from guildhall.packs.dota2.heroes import queries
from guildhall.packs.dota2.heroes.messages import RecountMeta
from guildhall.packs.dota2.opendota.schemas import GivenHeroConstant, GivenPatch
from guildhall.packs.dota2.opendota.upstream import OpenDota


async def sync_hero_constants(db: Database, opendota: OpenDota, *, interactive: bool) -> int:
    """Fetch and store the heroes; how many."""
    given = await opendota.hero_constants.fetcher(interactive)()
    async with db.write() as tx:
        return await save_hero_constants(tx, given)


async def sync_patches(db: Database, opendota: OpenDota) -> str | None:
    """Fetch and store the patches; the ISO day from which figures are counted anew, if any."""
    given = await opendota.patches.fetch()
    async with db.write() as tx:
        day = await save_patches(tx, given.value)
    return None if day is None else day.isoformat()


async def save_hero_constants(tx: Transaction, given: Given[dict[str, GivenHeroConstant]]) -> int:
    """Store the heroes; how many."""
    heroes = given.value.values()
    return await queries.save_hero_constants.run(
        tx, [h.id for h in heroes], [h.name for h in heroes], [h.localized_name for h in heroes],
        [h.primary_attr for h in heroes], [h.attack_type for h in heroes],
        [msgspec.json.encode(h.roles) for h in heroes], [h.img for h in heroes], [h.icon for h in heroes],
        [msgspec.json.encode(h) for h in heroes], given.as_of,
    )  # fmt: skip


async def save_patches(tx: Transaction, given: Sequence[GivenPatch]) -> date | None:
    """Store the patches; the day from which the daily figures are counted anew, if a date became known.

    Matches are put to a patch when they are stored, so those played since a patch that was not known yet
    stand under the one before.
    """
    known = {patch.patch_id: patch.starts_at for patch in await queries.patches.many(tx)}
    news = [patch.date for patch in given if known.get(patch.id) != patch.date]
    if not news:
        return None
    await queries.save_patches.run(tx, [p.id for p in given], [p.name for p in given], [p.date for p in given])
    first = min(news).date()
    await send(tx, RecountMeta(first.isoformat()))
    return first
