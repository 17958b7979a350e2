"""The worker: takes jobs from the queue, hands them to their handlers, and outlives the database's restarts."""

import asyncio
import contextlib
import os
import random
import socket
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
from pgqueuer.core.executors import AbstractEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.core.qm import QueueManager
from pgqueuer.domain.errors import FailingListenerError
from pgqueuer.domain.models import Context
from pgqueuer.domain.models import Job as QueueJob

from guildhall.core.jobs import queries
from guildhall.core.jobs.attempts import Attempts, Call
from guildhall.core.jobs.bindings import Cron, On, Provided
from guildhall.core.jobs.listening import PatientQueueManager
from guildhall.core.jobs.messages import Message
from guildhall.core.jobs.resting import rest_when_empty
from guildhall.core.jobs.scheduler import Scheduler
from guildhall.core.jobs.settings import JobsSettings
from guildhall.db.connection import BACKOFF, GONE
from guildhall.db.pool import Database
from guildhall.errors import Miswired, Unavailable
from guildhall.ids import uuid7
from guildhall.log import get_logger

log = get_logger(__name__)

BEAT = 5.0
"""Seconds between a worker's signs of life."""
_INTERRUPTED = (*GONE, asyncpg.PostgresError, Unavailable, FailingListenerError)
"""The errors that end the queue's loops when the database goes away."""


class Worker:
    """Runs the handlers of a set of manifests, with their schedules.

    `messages` are types that may be sent beside those of the handlers: one that no handler is bound to is completed at
    once, so that an event nobody listens to yet does not pile up.
    """

    def __init__(
        self,
        db: Database,
        messages: Sequence[type[Message]],
        handlers: Sequence[On],
        schedule: Sequence[Cron],
        provided: Provided,
        settings: JobsSettings,
    ) -> None:
        self._db = db
        self._settings = settings
        self._scheduler = Scheduler(db, schedule, provided)
        self._id: UUID = uuid7()
        self._stopping = asyncio.Event()
        self._running: list[QueueManager | Scheduler] = []
        self.attempts = Attempts(db, settings, self._stopping)
        self._calls: dict[type[Message], list[Call]] = {message: [] for message in messages}
        for on in handlers:
            self._calls.setdefault(on.message, []).append(Call(on, provided))
        require_distinct("messages", [message.name for message in self._calls])
        for message, calls in self._calls.items():
            require_distinct(f"handlers of {message.name}", [call.name for call in calls])

    async def run(self) -> None:
        """Work until `stop`; a lost database is waited for."""
        wait = BACKOFF[0].total_seconds()
        beat = asyncio.create_task(self._beat(), name="worker-beat")
        try:
            while not self._stopping.is_set():
                began = time.monotonic()
                try:
                    await self._work()
                except _INTERRUPTED as error:
                    if time.monotonic() - began > 60:
                        wait = BACKOFF[0].total_seconds()
                    log.warning("worker_interrupted", why=str(error) or type(error).__name__, again_in=round(wait, 2))
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._stopping.wait(), wait * random.uniform(0.5, 1))  # noqa: S311
                    wait = min(wait * 2, BACKOFF[1].total_seconds())
        finally:
            beat.cancel()
            await asyncio.gather(beat, return_exceptions=True)
            with contextlib.suppress(*_INTERRUPTED):
                async with self._db.write() as tx:
                    await queries.worker_gone.run(tx, self._id)

    def stop(self) -> None:
        """Take no new jobs and let the running ones finish."""
        self._stopping.set()
        self._shut()

    def _shut(self) -> None:
        for manager in self._running:
            manager.shutdown.set()

    async def _work(self) -> None:
        """One life of the queue's loops; ends when stopped, raises when the database goes away."""
        rest_when_empty()
        manager = PatientQueueManager(self._db)
        self._scheduler.shutdown.clear()
        for message, calls in self._calls.items():
            self._register(manager, message, message.name, calls)
            for call in calls:  # addressed when an event has several, and by jobs of a time when it had
                self._register(manager, message, f"{message.name}#{call.name}", [call])
        self._running = [manager, self._scheduler]
        if self._stopping.is_set():
            return
        tasks = [
            asyncio.create_task(
                manager.run(
                    dequeue_timeout=timedelta(seconds=self._settings.poll_interval),
                    batch_size=min(10, self._settings.concurrency // 2),
                    max_concurrent_tasks=self._settings.concurrency,
                    heartbeat_timeout=timedelta(seconds=self._settings.heartbeat_timeout),
                    shutdown_on_listener_failure=True,
                ),
                name="queue",
            ),
            asyncio.create_task(self._scheduler.run(), name="schedule"),
        ]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            self._shut()  # when one of them has failed the other ends too, in good order if it can
            done, _ = await asyncio.wait(tasks, timeout=self._settings.shutdown_timeout)
            for task in done:
                await task
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._running = []

    def _register(self, manager: QueueManager, message: type[Message], entrypoint: str, calls: list[Call]) -> None:
        parameters = EntrypointExecutorParameters(
            concurrency_limit=message.concurrency, func=_unused, on_failure="hold"
        )
        manager.register_executor(entrypoint, _Executor(parameters, self.attempts, message, calls))

    async def _beat(self) -> None:
        """Tell the database that this worker lives, as long as its loops do."""
        host, pid = socket.gethostname(), os.getpid()
        while True:
            try:
                async with self._db.single() as tx:
                    await queries.worker_beat.run(tx, self._id, host, pid, tx.now)
            except _INTERRUPTED as error:
                log.debug("worker_beat_missed", why=str(error))
            await asyncio.sleep(BEAT)


class _Executor(AbstractEntrypointExecutor):
    """pgqueuer's hook for one entrypoint."""

    def __init__(
        self,
        parameters: EntrypointExecutorParameters,
        attempts: Attempts,
        message: type[Message],
        calls: list[Call],
    ) -> None:
        super().__init__(parameters)
        self._attempts, self._message, self._calls = attempts, message, calls

    async def execute(self, job: QueueJob, context: Context) -> None:
        await self._attempts.run(job, context, self._message, self._calls)


async def _unused(_: Any) -> None:
    """pgqueuer wants a function beside an executor; the executor never calls it."""


def require_distinct(what: str, names: list[str]) -> None:
    """Raise Misconfigured for a name that is there twice."""
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Miswired(f"Two {what} share a name: {', '.join(twice)}.")
