"""The job that deletes what was counted in windows that are over."""

from datetime import timedelta

from guildhall.core.jobs.bindings import On, daily
from guildhall.core.limits import queries
from guildhall.core.limits.messages import ForgetWindows
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart

_LONGEST = timedelta(days=1)
"""The longest window that a setting allows."""
_BATCH = 10_000


async def forget_windows(_: ForgetWindows, db: Database) -> dict[str, int]:
    """Delete rows of windows that ended long ago, part by part."""
    forgotten = 0
    while True:
        async with db.write() as tx:
            deleted = await queries.forget_windows.run(tx, tx.now - 2 * _LONGEST, _BATCH)
        forgotten += deleted
        if deleted < _BATCH:
            return {"forgotten": forgotten}


WORKER = WorkerPart(handlers=(On(ForgetWindows, forget_windows, schedule=daily(hour=4, minute=55)),))
