"""Jobs of storage: sweeps."""

from guildhall.core.jobs.bindings import On, daily, hourly
from guildhall.core.storage import sweeping
from guildhall.core.storage.messages import SweepOrphans, SweepStrays
from guildhall.core.storage.settings import StorageSettings
from guildhall.core.storage.storage import Storage
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart


async def sweep_orphans(_: SweepOrphans, db: Database, storage: Storage, settings: StorageSettings) -> dict[str, int]:
    """Delete content without an owner, and what uploads that broke off left; return how many."""
    return {
        "objects": await sweeping.sweep_orphans(db, storage, settings),
        "partial": await sweeping.sweep_partial(db, storage, settings),
    }


async def sweep_strays(_: SweepStrays, db: Database, storage: Storage, settings: StorageSettings) -> dict[str, int]:
    """Delete bytes that no row knows; return how many."""
    return {"strays": await sweeping.sweep_strays(db, storage, settings)}


WORKER = WorkerPart(
    handlers=(
        On(SweepOrphans, sweep_orphans, schedule=hourly(minute=35)),
        On(SweepStrays, sweep_strays, schedule=daily(hour=4, minute=35)),
    )
)
