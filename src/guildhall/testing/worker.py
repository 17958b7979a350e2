"""Workers in the process of the tests."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from guildhall.boot.configuration import Configuration
from guildhall.boot.worker import WorkerRuntime, make_worker, open_worker
from guildhall.clock import Clock
from guildhall.core.jobs.queries import COLUMNS
from guildhall.core.jobs.schemas import Job
from guildhall.core.jobs.worker import Worker
from guildhall.db.connection import Connection

PATIENCE = 60.0
"""Seconds until jobs are missed that do not end; the machine may be busy."""
_NAP = 0.02


class RunningWorker:
    """A worker on the test's database, in this process."""

    def __init__(self, worker: Worker, runtime: WorkerRuntime, task: "asyncio.Task[None]") -> None:
        self.worker = worker
        self.runtime = runtime
        self.task = task

    async def idle(self, patience: float = PATIENCE) -> None:
        """Return when no job waits or runs. Raises TimeoutError."""
        async with asyncio.timeout(patience):
            while True:
                async with self.runtime.db.read() as tx:
                    left = await tx.connection.fetchval(
                        "select count(*) from core.jobs where status in ('pending', 'processing')"
                    )
                if not left:
                    return
                await asyncio.sleep(_NAP)


@asynccontextmanager
async def running_worker(
    configuration: Configuration, url: str, clock: Clock, *, schedules: bool = True
) -> AsyncIterator[RunningWorker]:
    """Run a worker, and stop it as SIGTERM does."""
    async with open_worker(configuration, url, clock) as runtime:
        worker = make_worker(runtime, schedules=schedules)
        task = asyncio.create_task(worker.run())
        try:
            yield RunningWorker(worker, runtime, task)
        finally:
            worker.stop()
            await asyncio.wait_for(task, 15)


async def ended_jobs(connection: Connection, known: frozenset[UUID]) -> list[Job]:
    """Return the jobs that have ended and are not among those known, in the order of their making."""
    rows = await connection.fetch(
        f"select {COLUMNS} from core.jobs where status in ('completed', 'failed') and id <> all($1) order by id",
        list(known),
    )
    return [Job(*row) for row in rows]
