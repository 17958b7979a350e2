"""The worker: takes jobs from the queue, hands them to their handlers, and outlives the database's restarts."""

import asyncio
import contextlib
import inspect
import os
import random
import socket
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, get_type_hints
from uuid import UUID

import asyncpg
import msgspec
import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgPoolDriver
from pgqueuer.core.executors import AbstractEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.core.qm import QueueManager
from pgqueuer.core.sm import SchedulerManager
from pgqueuer.domain.errors import FailingListenerError, RetryRequested
from pgqueuer.domain.models import Context, Schedule
from pgqueuer.domain.models import Job as QueueJob

from guildhall.core.jobs import queries
from guildhall.core.jobs.actions import queue, send, send_many
from guildhall.core.jobs.bindings import Cron, Handler, On, Provided
from guildhall.core.jobs.errors import GiveUp, RetryLater
from guildhall.core.jobs.messages import Message
from guildhall.core.jobs.schemas import JobId
from guildhall.core.jobs.settings import JobsSettings
from guildhall.db.pool import BACKOFF, GONE, Database
from guildhall.errors import DatabaseUnavailable, Misconfigured
from guildhall.ids import uuid7
from guildhall.log import canonical

log = structlog.get_logger(__name__)

BEAT = 5.0
"""Seconds between a worker's signs of life."""


class Call:
    """A handler with what it asked for beside the message."""

    def __init__(self, on: On, provided: Provided) -> None:
        self.name = on.handler_name
        self._handler: Handler = on.handler
        hints = get_type_hints(on.handler)
        self._extra: dict[str, object] = {}
        for parameter in list(inspect.signature(on.handler).parameters)[1:]:
            wanted = hints.get(parameter)
            if wanted not in provided:
                raise Misconfigured(f"{self.name} asks for {parameter}: {wanted}, which nothing provides.")
            self._extra[parameter] = provided[wanted]

    async def __call__(self, message: Message) -> object:
        return await self._handler(message, **self._extra)


class Worker:
    """Runs the handlers of a set of manifests, with their schedules.

    `messages` are all types that may be sent: one that no handler is bound to is completed at once, so
    that an event nobody listens to yet does not pile up.
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
        self._schedule = schedule
        self._id: UUID = uuid7()
        self._stopping = asyncio.Event()
        self._running: list[QueueManager | SchedulerManager] = []
        self.counts: dict[tuple[str, str], int] = defaultdict(int)
        """Jobs ended, by message name and outcome: completed, failed, retried."""
        self.seconds: dict[str, float] = defaultdict(float)
        """Time spent in handlers, by message name."""
        self._calls: dict[type[Message], list[Call]] = {message: [] for message in messages}
        for on in handlers:
            self._calls.setdefault(on.message, []).append(Call(on, provided))
        names = [message.name for message in self._calls]
        if len(set(names)) != len(names):
            raise Misconfigured(f"Two messages share a name: {sorted(n for n in names if names.count(n) > 1)}.")

    async def run(self) -> None:
        """Work until `stop`; a lost database is waited for."""
        wait = BACKOFF[0].total_seconds()
        beat = asyncio.create_task(self._beat(), name="worker-beat")
        try:
            while not self._stopping.is_set():
                began = time.monotonic()
                try:
                    await self._work()
                except (*GONE, asyncpg.PostgresError, DatabaseUnavailable, FailingListenerError) as error:
                    if time.monotonic() - began > 60:
                        wait = BACKOFF[0].total_seconds()
                    log.warning("worker_interrupted", why=str(error) or type(error).__name__, again_in=round(wait, 2))
                    with contextlib.suppress(TimeoutError):
                        await asyncio.wait_for(self._stopping.wait(), wait * random.uniform(0.5, 1))  # noqa: S311
                    wait = min(wait * 2, BACKOFF[1].total_seconds())
        finally:
            beat.cancel()
            with contextlib.suppress(*GONE, DatabaseUnavailable):
                async with self._db.write() as tx:
                    await queries.worker_gone.run(tx, self._id)

    def stop(self) -> None:
        """Take no new jobs and let the running ones finish."""
        self._stopping.set()
        for manager in self._running:
            manager.shutdown.set()

    async def _work(self) -> None:
        """One life of the queue's loops; ends when stopped, raises when the database goes away."""
        driver = AsyncpgPoolDriver(self._db.pool)
        manager = QueueManager(queue(driver))
        scheduler = SchedulerManager(queue(AsyncpgPoolDriver(self._db.pool)))
        for message, calls in self._calls.items():
            self._register(manager, message, message.name, calls[0] if len(calls) == 1 else None, calls)
            if len(calls) > 1:
                for call in calls:
                    self._register(manager, message, f"{message.name}#{call.name}", call, [call])
        await self._set_schedule(scheduler)
        self._running = [manager, scheduler]
        if self._stopping.is_set():
            return
        batch = min(10, self._settings.concurrency // 2)
        tasks = [
            asyncio.create_task(
                manager.run(
                    dequeue_timeout=timedelta(seconds=self._settings.poll_interval),
                    batch_size=batch,
                    max_concurrent_tasks=self._settings.concurrency,
                    heartbeat_timeout=timedelta(seconds=self._settings.heartbeat_timeout),
                    shutdown_on_listener_failure=True,
                ),
                name="queue",
            ),
            asyncio.create_task(scheduler.run(), name="schedule"),
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            if self._stopping.is_set():
                done, _ = await asyncio.wait(tasks, timeout=self._settings.shutdown_timeout)
            for task in done:
                await task
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self._running = []

    def _register(
        self,
        manager: QueueManager,
        message: type[Message],
        entrypoint: str,
        call: Call | None,
        calls: list[Call],
    ) -> None:
        parameters = EntrypointExecutorParameters(
            concurrency_limit=message.concurrency, func=_unused, on_failure="hold"
        )
        manager.register_executor(entrypoint, _Executor(parameters, self, message, call, calls))

    async def _set_schedule(self, scheduler: SchedulerManager) -> None:
        by_expression: dict[tuple[str, str], Message] = {}
        for cron in self._schedule:
            by_expression[cron.message.name, cron.expression] = cron.message
        for (name, expression), message in by_expression.items():

            async def fire(_: Schedule, message: Message = message) -> None:
                async with self._db.write() as tx:
                    await send(tx, message)

            scheduler.schedule(name, expression, accepts_context=False)(fire)
        async with self._db.write() as tx:
            kept = list(scheduler.registry)
            await queries.forget_schedules.run(tx, [k.entrypoint for k in kept], [k.expression for k in kept])

    async def _beat(self) -> None:
        """Tell the database that this worker lives, as long as its loops do."""
        host, pid = socket.gethostname(), os.getpid()
        while True:
            try:
                async with self._db.write() as tx:
                    await queries.worker_beat.run(tx, self._id, host, pid, tx.now)
            except (*GONE, asyncpg.PostgresError, DatabaseUnavailable) as error:
                log.debug("worker_beat_missed", why=str(error))
            await asyncio.sleep(BEAT)

    async def execute(
        self,
        job: QueueJob,
        context: Context,
        message_type: type[Message],
        call: Call | None,
        calls: list[Call],
    ) -> None:
        """One attempt of one job: audit row, handler, and what becomes of it."""
        began = time.perf_counter()
        job_id = JobId(UUID(str((job.headers or {})["job_id"])))
        async with self._db.write() as tx:
            started = await queries.start_job.one_or_none(tx, job_id, tx.now)
        if started is None or started.already_completed:
            return  # ended before, but the queue was killed before it could forget the job
        outcome, error = "completed", ""
        with structlog.contextvars.bound_contextvars(job_id=str(job_id), job_type=message_type.name):
            try:
                if started.attempts > message_type.attempts:
                    raise GiveUp("its worker died in every attempt")
                message = msgspec.json.decode(job.payload or b"{}", type=message_type)
                result: object = None
                with context.cancellation:
                    async with asyncio.timeout(message_type.timeout):
                        if call is not None:
                            result = await call(message)
                        elif calls:
                            await self._fan_out(message, calls)
                            result = {"handlers": [one.name for one in calls]}
                if context.cancellation.cancelled_caught:
                    raise GiveUp("cancelled")
                async with self._db.write() as tx:
                    await queries.complete_job.run(tx, job_id, msgspec.json.encode(result), tx.now)
            except RetryLater as later:
                outcome, error = "postponed", str(later)
                await self._postpone(job_id, started.attempts - 1, error, later.seconds)
            except Exception as failure:
                error = _words(failure)
                if isinstance(failure, GiveUp) or started.attempts >= message_type.attempts:
                    outcome = "failed"
                    await self._fail(job_id, error)
                    raise
                outcome = "retried"
                wait = min(
                    self._settings.retry_first * 2 ** (started.attempts - 1), self._settings.retry_longest
                ) * random.uniform(0.5, 1.0)  # noqa: S311
                await self._postpone(job_id, started.attempts, error, wait)
            finally:
                took = time.perf_counter() - began
                self.counts[message_type.name, outcome] += 1
                self.seconds[message_type.name] += took
                canonical(
                    "job", job=message_type.name, job_id=str(job_id), outcome=outcome,
                    attempt=started.attempts, ms=round(took * 1000, 1), **({"error": error} if error else {}),
                )  # fmt: skip

    async def _fan_out(self, message: Message, calls: list[Call]) -> None:
        """One job for each handler, so that one that fails does not make the others run again."""
        async with self._db.write() as tx:
            await send_many(tx, [message] * len(calls), handlers=[call.name for call in calls])

    async def _postpone(self, job_id: JobId, attempts: int, error: str, seconds: float) -> None:
        async with self._db.write() as tx:
            await queries.postpone_job.run(tx, job_id, error, attempts)
        raise RetryRequested(timedelta(seconds=seconds), error)

    async def _fail(self, job_id: JobId, error: str) -> None:
        async with self._db.write() as tx:
            await queries.fail_job.run(tx, job_id, error, tx.now)


class _Executor(AbstractEntrypointExecutor):
    """pgqueuer's hook for one entrypoint."""

    def __init__(
        self,
        parameters: EntrypointExecutorParameters,
        worker: Worker,
        message: type[Message],
        call: Call | None,
        calls: list[Call],
    ) -> None:
        super().__init__(parameters)
        self._worker, self._message, self._call, self._calls = worker, message, call, calls

    async def execute(self, job: QueueJob, context: Context) -> None:
        await self._worker.execute(job, context, self._message, self._call, self._calls)


async def _unused(_: Any) -> None:
    """pgqueuer wants a function beside an executor; the executor never calls it."""


def _words(failure: BaseException) -> str:
    """A failure in a line, for the audit row: its type and text, cut where it gets long."""
    if isinstance(failure, TimeoutError):
        return "TimeoutError: took longer than an attempt may"
    return f"{type(failure).__name__}: {failure}"[:2000]
