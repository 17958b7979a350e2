"""Jobs of imports."""

from datetime import timedelta

from guildhall.core.jobs.bindings import On, daily
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart
from guildhall.packs.realm.exchange.messages import ForgetImportRejects
from guildhall.packs.realm.exchange.queries.imports import forget_rejects
from guildhall.packs.realm.settings import RealmSettings

_BATCH = 5000
"""Rows deleted in one transaction."""


async def forget_import_rejects(_: ForgetImportRejects, db: Database, settings: RealmSettings) -> dict[str, int]:
    """Delete rejects older than `keep_reject_days`; how many."""
    total = 0
    while True:
        async with db.write() as tx:
            gone = await forget_rejects.run(tx, tx.now - timedelta(days=settings.keep_reject_days), _BATCH)
        total += gone
        if gone < _BATCH:
            return {"forgotten": total}


WORKER = WorkerPart(handlers=(On(ForgetImportRejects, forget_import_rejects, schedule=daily(hour=3, minute=55)),))
