"""Mending the order after a clock that was ahead."""

from guildhall.db.pool import Database
from guildhall.packs.realm.follow.actions.counts import recount
from guildhall.packs.realm.follow.errors import StillServing
from guildhall.packs.realm.follow.queries import clock as queries
from guildhall.packs.realm.follow.schemas import Mended


async def mend_clock(db: Database) -> Mended:
    """Give messages whose ids are ahead of the clock ids of the time when they were sent, and recount.

    If no id is ahead, nothing changes. For the worker's role. Raises StillServing while a web process is connected.
    """
    async with db.write(timeout=3600) as tx:
        if await queries.web_sessions.one(tx):
            raise StillServing
        moved, ahead = await queries.mend_clock.one(tx)
    if moved:
        await recount(db)
    return Mended(moved, ahead.total_seconds())
