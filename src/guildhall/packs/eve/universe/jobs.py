"""Names looked up after a sync."""

from guildhall.core.jobs.bindings import On
from guildhall.core.jobs.errors import RetryLater
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.pack import WorkerPart
from guildhall.packs.eve.universe.actions.names import NAMELESS_FOR, fetch_names
from guildhall.packs.eve.universe.messages import ResolveNames
from guildhall.packs.eve.universe.queries.names import unnamed_of
from guildhall.packs.eve.upstream.client import Esi


async def resolve_names(message: ResolveNames, db: Database, esi: Esi) -> dict[str, int]:
    """Ask ESI for what has no name here yet."""
    async with db.read() as tx:
        ids = await unnamed_of.many(tx, list(message.ids), tx.now - NAMELESS_FOR)
    try:
        found, unknown = await fetch_names(db, esi, ids)
    except Unavailable as error:
        raise RetryLater(str(error), float(error.retry_after or 60)) from error
    return {"found": len(found), "unknown": len(unknown)}


WORKER = WorkerPart(handlers=(On(ResolveNames, resolve_names),))
