"""The scheduler of a worker: it sends the messages whose time has come, where their conditions hold."""

import asyncio
import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta

import asyncpg

from guildhall.core.jobs import queries
from guildhall.core.jobs.actions import send_many
from guildhall.core.jobs.bindings import Cron, Provided
from guildhall.core.jobs.conditions import Condition, holding
from guildhall.core.jobs.schedules import next_after, require_schedule
from guildhall.db.connection import GONE
from guildhall.db.pool import Database, Transaction
from guildhall.errors import Unavailable
from guildhall.log import get_logger

log = get_logger(__name__)

_LATE = 0.05
"""Seconds after the time of a schedule at which the worker wakes, so that a timer that is early finds it due."""
_LONGEST = 60.0
"""Seconds between two looks at the latest: the clock may have been set meanwhile."""
_AGAIN = 2.0
"""Seconds until another look when one failed."""
_FORGET = timedelta(days=7)
"""The time for which a schedule that no worker knows is kept after it came due."""
_TIMEOUT = 5.0
"""Seconds that a statement may take, the one that asks the conditions among them."""


class Scheduler:
    """Sends the messages of the schedules; one of several workers does each time.

    A schedule keeps its row in the database, so that one that came due while no worker ran is made up for, once. The
    row moves on in the transaction that sends. Raises Misconfigured for an invalid schedule.
    """

    def __init__(self, db: Database, schedule: Sequence[Cron], provided: Provided) -> None:
        for cron in schedule:
            require_schedule(cron)
        self._db = db
        self._crons = {
            (cron.message.name, " ".join(cron.schedule.expression.split()).lower()): cron for cron in schedule
        }
        self._conditions = {
            key: Condition(cron.message.name, cron.schedule.due, provided)
            for key, cron in self._crons.items()
            if cron.schedule.due is not None
        }
        self._next: dict[str, datetime] = {}
        self.shutdown = asyncio.Event()

    async def run(self) -> None:
        """Write the schedules down and send what comes due, until `shutdown` is set.

        A database that is away is waited for. Raises Unavailable, asyncpg.PostgresError when it is so at the start.
        """
        await self.start()
        while not self.shutdown.is_set() and self._crons:
            try:
                wait = await self.look()
            except (*GONE, asyncpg.PostgresError, Unavailable) as error:  # nothing is lost: the rows have not moved on
                wait = _AGAIN
                log.warning("schedule_waits", why=str(error) or type(error).__name__, again_in=wait)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.shutdown.wait(), wait)
        await self.shutdown.wait()

    async def start(self) -> None:
        """Write the schedules down, and forget those that no worker has sent for a week.

        Others than ours may be those of a worker of another version, or of a pack that is left out for a while.
        """
        async with self._db.write() as tx:
            names, expressions, times = self._rows(tx.now)
            await queries.forget_schedules.run(tx, names, expressions, tx.now - _FORGET)
            await queries.add_schedules.run(tx, names, expressions, times)

    async def look(self) -> float:
        """Send the due messages; return the seconds until the next look."""
        async with self._db.write(timeout=_TIMEOUT) as tx:
            await self._send_due(tx)
            soonest = min(self._next.values())
            return min((soonest - tx.now).total_seconds() + _LATE, _LONGEST)

    async def _send_due(self, tx: Transaction) -> None:
        claimed = await queries.claim_schedules.many(tx, *self._rows(tx.now), tx.now)
        if not claimed:
            return
        conditional = [key for key in claimed if key in self._conditions]
        answers = dict(zip(conditional, await holding(tx, [self._conditions[key] for key in conditional]), strict=True))
        await send_many(tx, [self._crons[key].message for key in claimed if answers.get(key, True)])

    def _rows(self, now: datetime) -> tuple[list[str], list[str], list[datetime]]:
        """Messages, expressions, and when each comes due next."""
        for _, expression in self._crons:
            if self._next.get(expression, now) <= now:
                self._next[expression] = next_after(expression, now)
        return (
            [name for name, _ in self._crons],
            [expression for _, expression in self._crons],
            [self._next[expression] for _, expression in self._crons],
        )
