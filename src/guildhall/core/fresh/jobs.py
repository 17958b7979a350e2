"""Jobs that refresh what is due."""

from datetime import datetime

from guildhall.core.fresh import queries
from guildhall.core.fresh.declaration import Declarations
from guildhall.core.fresh.errors import NotDeclared
from guildhall.core.fresh.keeper import Keeper, Round
from guildhall.core.fresh.messages import RefreshDue, RefreshKept
from guildhall.core.jobs.actions import send_many
from guildhall.core.jobs.bindings import Due, On, minutely
from guildhall.core.jobs.errors import GiveUp
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart


def _due(now: datetime, declared: Declarations) -> tuple[list[str], datetime]:
    return declared.names, now


ANYTHING_DUE = Due(queries.any_due, _due)


async def refresh_due(_: RefreshDue, db: Database, declared: Declarations) -> dict[str, int]:
    """Queue a round of each declaration that has something due and does not wait for its game API."""
    async with db.write() as tx:
        names = await queries.due_names.many(tx, declared.names, tx.now)
        queued = await send_many(tx, [RefreshKept(name) for name in names])
    return {"queued": sum(job is not None for job in queued)}


async def refresh_kept(message: RefreshKept, keeper: Keeper) -> Round:
    """Refresh what is due of one declaration."""
    try:
        return await keeper.round(message.declaration, wanted=message.wanted)
    except NotDeclared as error:  # its pack was turned off meanwhile
        raise GiveUp(str(error)) from error


WORKER = WorkerPart(
    handlers=(
        On(RefreshDue, refresh_due, schedule=minutely(due=ANYTHING_DUE)),
        On(RefreshKept, refresh_kept),
    )
)
