"""The upkeep of the numbers of follows."""

from guildhall.core.jobs.bindings import Due, On, minutely
from guildhall.core.social.follows.messages import SumFollows
from guildhall.core.social.follows.queries import deltas_wait, sum_deltas
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart

_BATCH = 5000
"""Changes that are summed in one transaction."""

DELTAS_WAIT = Due(deltas_wait)


async def sum_follows(_: SumFollows, db: Database) -> dict[str, int]:
    """Sum what has changed; return the number of changes."""
    changes = 0
    while True:
        async with db.write() as tx:
            taken = await sum_deltas.one(tx, _BATCH)
        changes += taken
        if taken < _BATCH:
            return {"changes": changes}


WORKER = WorkerPart(handlers=(On(SumFollows, sum_follows, schedule=minutely(due=DELTAS_WAIT)),))
