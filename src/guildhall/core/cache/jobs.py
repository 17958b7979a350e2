"""The cache's upkeep."""

from datetime import timedelta

from guildhall.core.cache.messages import PurgeCache
from guildhall.core.cache.queries import forget_expired, forget_leases
from guildhall.core.cache.settings import CacheSettings
from guildhall.core.jobs.bindings import On, hourly
from guildhall.db.pool import Database

_BATCH = 5_000
"""Rows deleted in one transaction: short ones, so that readers never wait."""


async def purge_cache(_: PurgeCache, db: Database, settings: CacheSettings) -> dict[str, int]:
    """Delete what expired more than `stale_days` ago; how many."""
    deleted = 0
    while True:
        async with db.write() as tx:
            gone = await forget_expired.run(tx, tx.now - timedelta(days=settings.stale_days), _BATCH)
            await forget_leases.run(tx, tx.now - timedelta(hours=1))
        deleted += gone
        if gone < _BATCH:
            return {"deleted": deleted}


HANDLERS = (On(PurgeCache, purge_cache, schedule=hourly(minute=40)),)
