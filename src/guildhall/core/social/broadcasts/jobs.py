"""Jobs that tell followers."""

import asyncio
from datetime import timedelta

from guildhall.core.jobs.bindings import On, daily
from guildhall.core.jobs.errors import RetryLater
from guildhall.core.social.broadcasts.actions import tell_batch
from guildhall.core.social.broadcasts.messages import CleanUpBroadcasts, TellFollowers
from guildhall.core.social.broadcasts.queries import forget_broadcasts
from guildhall.core.social.settings import SocialSettings
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart

_SECONDS = 60.0
"""Time after which a job lets others pass, and goes on behind them."""
_BATCH = 5000
"""Rows deleted in one transaction."""


async def tell_followers(message: TellFollowers, db: Database, settings: SocialSettings) -> dict[str, int]:
    """Tell the followers batch by batch; return how many this job told. Raises RetryLater to go on later."""
    loop = asyncio.get_running_loop()
    until = loop.time() + _SECONDS
    told = 0
    while True:
        async with db.write() as tx:
            batch = await tell_batch(tx, message.broadcast_id, settings)
        told += batch.told
        if batch.ended:
            return {"told": told}
        if batch.wait:
            raise RetryLater("followers are told a little later", batch.wait)
        if loop.time() > until:
            raise RetryLater(f"{told} followers are told, more wait", 0)


async def clean_up_broadcasts(_: CleanUpBroadcasts, db: Database, settings: SocialSettings) -> dict[str, int]:
    """Delete broadcasts that ended long ago; return how many."""
    total = 0
    while True:
        async with db.write() as tx:
            gone = await forget_broadcasts.run(tx, tx.now - timedelta(days=settings.keep_broadcast_days), _BATCH)
        total += gone
        if gone < _BATCH:
            return {"broadcasts": total}


WORKER = WorkerPart(
    handlers=(
        On(TellFollowers, tell_followers),
        On(CleanUpBroadcasts, clean_up_broadcasts, schedule=daily(hour=3, minute=55)),
    )
)
