"""The jobs of notifications: dispatch, and deletion after their retention."""

from datetime import datetime, timedelta
from typing import TypeVar

from guildhall.core.identity.accounts.messages import AccountDeleted
from guildhall.core.jobs.actions import send
from guildhall.core.jobs.bindings import Due
from guildhall.core.notify.messages import CleanUpNotices, DispatchNotices
from guildhall.core.notify.queries import deliveries
from guildhall.core.notify.queries import notices as notice_queries
from guildhall.core.notify.sender import LINGER, NoticeSender, Sent
from guildhall.core.notify.settings import NotifySettings
from guildhall.db.pool import Database
from guildhall.db.statements import Command
from guildhall.ids import first_id

Before = TypeVar("Before")

_BATCH = 5000
"""Rows deleted in one transaction."""


async def dispatch_notices(_: DispatchNotices, sender: NoticeSender, db: Database) -> Sent:
    """Send the due notifications; return the counts. If more is due at the end of its time, another job follows."""
    done = await sender.run()
    if done.more:
        async with db.write() as tx:
            await send(tx, DispatchNotices())
    return done


def _soon(now: datetime, settings: NotifySettings) -> tuple[object, ...]:
    """A run waits for what comes due within seconds, which gathers first."""
    until = now + timedelta(seconds=LINGER)
    return until - timedelta(seconds=settings.gather_seconds), until


NOTICES_DUE = Due(notice_queries.notices_due, _soon)


async def clean_up_notices(_: CleanUpNotices, db: Database, settings: NotifySettings) -> dict[str, int]:
    """Delete notifications past their retention; return how many rows of each kind."""
    async with db.read() as tx:
        now = tx.now
    return {
        "read": await _forget(db, notice_queries.forget_read, now - timedelta(days=settings.keep_read_days)),
        "old": await _forget(db, notice_queries.forget_old, first_id(now - timedelta(days=settings.keep_days))),
        "deliveries": await _forget(
            db, deliveries.forget_deliveries, first_id(now - timedelta(days=settings.keep_delivery_days))
        ),
    }


async def forget_account(message: AccountDeleted, db: Database) -> dict[str, int]:
    """Delete notifications about a deleted account; return how many."""
    return {"about": await _forget(db, notice_queries.forget_notices_about, str(message.user_id))}


async def _forget(db: Database, batch: Command[[Before, int]], before: Before) -> int:
    """Run a deletion until nothing is left of it; how many rows."""
    total = 0
    while True:
        async with db.write() as tx:
            gone = await batch.run(tx, before, _BATCH)
        total += gone
        if gone < _BATCH:
            return total
