"""Looks at the game's server."""

from guildhall.core.jobs.bindings import Due, On, minutely
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.eve.status import actions
from guildhall.packs.eve.status.messages import SyncStatus
from guildhall.packs.eve.status.queries import status_asked_for
from guildhall.packs.eve.upstream.client import Esi


async def sync_status(_: SyncStatus, db: Database, esi: Esi) -> dict[str, bool | int]:
    """Look at the server and the health of routes."""
    return await actions.sync_status(db, esi)


STATUS_DUE = Due(status_asked_for)
WORKER = WorkerPart(handlers=(On(SyncStatus, sync_status, schedule=minutely(due=STATUS_DUE)),))
