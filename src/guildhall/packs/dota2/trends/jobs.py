"""The recount of the daily figures."""

from datetime import date

from guildhall.core.cache.actions import invalidate
from guildhall.core.jobs.bindings import On
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.dota2.heroes.messages import RecountMeta
from guildhall.packs.dota2.trends import actions


async def recount_meta(message: RecountMeta, db: Database) -> dict[str, int]:
    """Count the daily figures anew from a day on."""
    async with db.write(timeout=3600) as tx:
        days = await actions.recount_meta(tx, date.fromisoformat(message.from_day))
        await invalidate(tx, prefixes=("meta_trends:",), stored=True)
    return {"days": days}


WORKER = WorkerPart(
    handlers=(On(RecountMeta, recount_meta),),
)
