"""The upkeep of handles."""

from datetime import timedelta

from guildhall.core.jobs.bindings import On, daily
from guildhall.core.social.profiles.messages import CleanUpHandles
from guildhall.core.social.profiles.queries import free_handles, hold_handles_of_the_gone
from guildhall.core.social.settings import SocialSettings
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart

_BATCH = 5000
"""Rows changed in one transaction."""


async def clean_up_handles(_: CleanUpHandles, db: Database, settings: SocialSettings) -> dict[str, int]:
    """Hold the handles of deleted accounts, and free those that were held long enough; return how many of each."""
    found = {"held": 0, "freed": 0}
    more = True
    while more:
        async with db.write() as tx:
            held = await hold_handles_of_the_gone.run(tx, tx.now + timedelta(days=settings.handle_hold_days), _BATCH)
        found["held"] += held
        more = held == _BATCH
    more = True
    while more:
        async with db.write() as tx:
            freed = await free_handles.run(tx, tx.now, _BATCH)
        found["freed"] += freed
        more = freed == _BATCH
    return found


WORKER = WorkerPart(handlers=(On(CleanUpHandles, clean_up_handles, schedule=daily(hour=3, minute=45)),))
