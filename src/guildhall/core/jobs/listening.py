"""The queue's ear: pgqueuer's LISTEN connection, the probe that tells whether it still hears, and its rest."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from datetime import timedelta

from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import FailingListenerError
from pgqueuer.domain.models import HealthCheckEvent, Job
from pgqueuer.ports.driver import NotifyCallback

from guildhall.core.jobs.queries import anything_queued
from guildhall.core.jobs.queue import queue
from guildhall.db.connection import Pool
from guildhall.db.pool import Database

PROBES = 3
"""Probes in a row that must be lost before the listener counts as dead; the queue is polled meanwhile."""
_PATIENCE = timedelta(seconds=10)
_PROBE_EVERY = 30.0
"""Seconds between probes. A listener that died unnoticed costs its jobs no more than the wait for the next poll."""


class ListeningDriver(AsyncpgPoolDriver):
    """pgqueuer's driver on a pool, which knows since when it listens."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool)
        self.listening = asyncio.Event()

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        await super().add_listener(channel, callback)
        self.listening.set()


class PatientQueueManager(QueueManager):
    """pgqueuer's queue, without its false alarms, and at rest while it is empty.

    pgqueuer sends its first probe before it listens. A probe that is sent before LISTEN has been committed is lost,
    ten seconds later the listener counts as dead, and all loops end and begin anew (with the same race).

    It polls an empty queue by four statements, each with the names of all messages. We ask for a row of any kind first.
    """

    def __init__(self, db: Database) -> None:
        super().__init__(queue(ListeningDriver(db.pool)))
        self._db = db
        self._empty = False

    async def fetch_jobs(
        self, batch_size: int, global_concurrency_limit: int | None, heartbeat_timeout: timedelta
    ) -> AsyncGenerator[Job, None]:
        """Jobs to run, one at a time, until none is ready."""
        async with self._db.single() as tx:
            self._empty = not await anything_queued.one(tx)
        if not self._empty:
            async for job in super().fetch_jobs(batch_size, global_concurrency_limit, heartbeat_timeout):
                yield job

    async def _effective_dequeue_timeout(self, dequeue_timeout: timedelta) -> timedelta:
        """Return the wait for a notification before the next poll: shorter if a job comes due earlier."""
        return dequeue_timeout if self._empty else await super()._effective_dequeue_timeout(dequeue_timeout)

    async def _run_periodic_health_check(self, interval: timedelta = _PATIENCE) -> None:
        """Probe the listener now and then. Raises FailingListenerError when it does not hear any more."""
        while not self.shutdown.is_set():
            await self.listener_healthy(interval)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.shutdown.wait(), _PROBE_EVERY)

    async def listener_healthy(self, timeout: timedelta = _PATIENCE) -> HealthCheckEvent:
        """Send a notification and wait until it is heard. Raises FailingListenerError after PROBES lost ones."""
        driver = self.queries.driver
        if isinstance(driver, ListeningDriver):
            await driver.listening.wait()
        for _ in range(PROBES - 1):
            try:
                return await super().listener_healthy(timeout)
            except FailingListenerError:
                continue  # a busy loop or a busy server was late
        return await super().listener_healthy(timeout)
