"""The clean-up of subscriptions."""

from guildhall.core.identity.subscriptions import queries
from guildhall.core.identity.subscriptions.messages import ExpireSubscriptions
from guildhall.core.jobs.bindings import On, hourly
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart


async def expire_subscriptions(_: ExpireSubscriptions, db: Database) -> int:
    """Store which subscriptions are over by time; gates have respected this since that second."""
    async with db.write() as tx:
        return await queries.expire_subscriptions.run(tx, tx.now)


WORKER = WorkerPart(handlers=(On(ExpireSubscriptions, expire_subscriptions, schedule=hourly(minute=5)),))
