"""Jobs of the ledger: holds whose time has come, the nightly recount, holds that ended long ago."""

import asyncio
from datetime import timedelta
from functools import partial

from guildhall.core.jobs.actions import send
from guildhall.core.jobs.bindings import Due, On, daily, minutely
from guildhall.core.jobs.errors import GiveUp
from guildhall.core.ledger import queries
from guildhall.core.ledger.actions import expire
from guildhall.core.ledger.checking import check_batch
from guildhall.core.ledger.messages import CheckLedger, ExpireHolds, ForgetHolds
from guildhall.core.ledger.settings import LedgerSettings
from guildhall.db.pool import Database
from guildhall.log import get_logger
from guildhall.pack import WorkerPart

log = get_logger(__name__)

_BATCH = 1000
_SECONDS = 30.0
"""Time after which the recount lets other jobs pass, and goes on behind them."""


async def expire_holds(_: ExpireHolds, db: Database) -> dict[str, int]:
    """Free what holds reserved whose time has come, each in a transaction of its own; return how many."""
    expired = 0
    while True:
        async with db.read() as tx:
            due = await queries.holds_to_expire.many(tx, tx.now, _BATCH)
        for one in due:
            await db.transact(partial(expire, hold=one.id))
        expired += len(due)
        if len(due) < _BATCH:
            return {"expired": expired}


async def check_ledger(message: CheckLedger, db: Database, settings: LedgerSettings) -> dict[str, int]:
    """Recount accounts, part by part, and at the end whether each unit sums to zero; return how many were recounted.

    Raises GiveUp if anything is wrong, so that the job stands among the dead letters with what is wrong.
    """
    loop = asyncio.get_running_loop()
    until, after, counted = loop.time() + _SECONDS, message.after, 0
    wrong: list[str] = []
    while True:
        async with db.read() as tx:
            batch = await check_batch(tx, after, settings.check_batch)
        wrong += batch.wrong
        counted += batch.accounts
        after = batch.last
        if after is None:
            break
        if loop.time() > until and not wrong:
            async with db.write() as tx:
                await send(tx, CheckLedger(after))
            return {"accounts": counted}
    if wrong:
        log.error("ledger_is_wrong", wrong=wrong[:20], times=len(wrong))
        raise GiveUp(f"the ledger is wrong in {len(wrong)} places: {'; '.join(wrong[:5])}")
    return {"accounts": counted}


async def forget_holds(_: ForgetHolds, db: Database, settings: LedgerSettings) -> dict[str, int]:
    """Delete holds that ended long ago; return how many."""
    forgotten = 0
    while True:
        async with db.write() as tx:
            gone = await queries.forget_holds.run(tx, tx.now - timedelta(days=settings.keep_hold_days), _BATCH)
        forgotten += gone
        if gone < _BATCH:
            return {"holds": forgotten}


WORKER = WorkerPart(
    handlers=(
        On(ExpireHolds, expire_holds, schedule=minutely(due=Due(queries.any_hold_to_expire))),
        On(CheckLedger, check_ledger, schedule=daily(hour=4, minute=15)),
        On(ForgetHolds, forget_holds, schedule=daily(hour=4, minute=25)),
    )
)
