"""The fetch of heroes and patches."""

from guildhall.core.cache.actions import invalidate
from guildhall.core.jobs.bindings import On, daily
from guildhall.core.jobs.errors import RetryLater
from guildhall.core.upstream.errors import UpstreamLimited
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.dota2.answers import kinds
from guildhall.packs.dota2.heroes import actions
from guildhall.packs.dota2.heroes.messages import SyncHeroConstants
from guildhall.packs.dota2.opendota.upstream import OpenDota


async def sync_hero_constants(_: SyncHeroConstants, db: Database, opendota: OpenDota) -> dict[str, int | str | None]:
    """Fetch heroes and patches; how many heroes, and from which day the meta is counted anew."""
    try:
        heroes = await actions.sync_hero_constants(db, opendota, interactive=False)
        recount_from = await actions.sync_patches(db, opendota)
    except UpstreamLimited as error:
        raise RetryLater(str(error), float(error.retry_after or 60)) from error
    async with db.write() as tx:
        await invalidate(tx, kinds.HERO_CONSTANTS.key(), stored=False)
    return {"heroes": heroes, "recount_from": recount_from}


WORKER = WorkerPart(
    handlers=(On(SyncHeroConstants, sync_hero_constants, schedule=daily(hour=1, minute=10)),),
)
