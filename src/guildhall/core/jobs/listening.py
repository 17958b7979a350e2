"""The queue's ear: pgqueuer's LISTEN connection, and the probe that tells whether it still hears."""

import asyncio
from datetime import timedelta

from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import FailingListenerError
from pgqueuer.domain.models import HealthCheckEvent
from pgqueuer.ports.driver import NotifyCallback

from guildhall.db.connection import Pool

PROBES = 3
"""Probes in a row that must be lost before the listener counts as dead; the queue is polled meanwhile."""
_PATIENCE = timedelta(seconds=10)


class ListeningDriver(AsyncpgPoolDriver):
    """pgqueuer's driver on a pool, which knows since when it listens."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(pool)
        self.listening = asyncio.Event()

    async def add_listener(self, channel: str, callback: NotifyCallback) -> None:
        await super().add_listener(channel, callback)
        self.listening.set()


class PatientQueueManager(QueueManager):
    """pgqueuer's queue, without its false alarms.

    pgqueuer sends its first probe before it listens. A probe that is sent before LISTEN has been committed is lost,
    ten seconds later the listener counts as dead, and all loops end and begin anew (with the same race).
    """

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
