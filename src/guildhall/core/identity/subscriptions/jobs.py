"""The clean-up of subscriptions."""

from guildhall.core.identity.subscriptions import queries
from guildhall.core.identity.subscriptions.messages import ExpireSubscriptions
from guildhall.db.pool import Database


async def expire_subscriptions(_: ExpireSubscriptions, db: Database) -> int:
    """Store which subscriptions are over by time; gates have respected this since that second."""
    async with db.write() as tx:
        return await queries.expire_subscriptions.run(tx, tx.now)
