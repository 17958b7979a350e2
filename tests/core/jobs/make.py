"""Messages of the tests' own, workers that run handlers of the tests' own, and what the queue remembers."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, ClassVar

from guildhall.clock import Clock
from guildhall.core.jobs.bindings import Cron, On, Provided
from guildhall.core.jobs.messages import Message
from guildhall.core.jobs.queries import jobs
from guildhall.core.jobs.schemas import Job
from guildhall.core.jobs.settings import JobsSettings
from guildhall.core.jobs.worker import Worker
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings


class Note(Message, frozen=True):
    """An order for a handler of the test."""

    name: ClassVar[str] = "test.note"
    attempts: ClassVar[int] = 3

    number: int = 0


class Single(Message, frozen=True):
    """An order of which there is one of each number at a time."""

    name: ClassVar[str] = "test.single"
    attempts: ClassVar[int] = 1

    number: int = 0

    def unique_key(self) -> str:
        return f"{self.name}:{self.number}"


class Narrow(Message, frozen=True):
    """An order of which two run at once at most."""

    name: ClassVar[str] = "test.narrow"
    concurrency: ClassVar[int] = 2

    number: int = 0


class Serial(Message, frozen=True):
    """An order of which one runs at a time."""

    name: ClassVar[str] = "test.serial"
    concurrency: ClassVar[int] = 1

    number: int = 0


class Hasty(Message, frozen=True):
    """An order whose attempts may take a twentieth of a second."""

    name: ClassVar[str] = "test.hasty"
    attempts: ClassVar[int] = 1
    timeout: ClassVar[float] = 0.05


MESSAGES = (Note, Single, Narrow, Serial, Hasty)


class Crew:
    """Workers on one database, as a deployment has them."""

    def __init__(self, url: str, stack: contextlib.AsyncExitStack) -> None:
        self._url = url
        self._stack = stack
        self.provided: Provided = {}

    async def worker(
        self,
        *handlers: On,
        schedule: Sequence[Cron] = (),
        pool: int = 10,
        messages: Sequence[type[Message]] = MESSAGES,
        **settings: Any,
    ) -> "Running":
        """A running worker with a pool of its own."""
        db = await Database.open(PoolSettings(self._url, JOBS, largest=pool, application="test-worker"), Clock())
        self._stack.push_async_callback(db.close)
        quick = {"poll_interval": 0.1, "retry_first": 0.02, "heartbeat_timeout": 1, "shutdown_timeout": 5}
        provided: Provided = {Database: db, **self.provided}
        worker = Worker(db, messages, handlers, schedule, provided, jobs_settings(**{**quick, **settings}))
        running = Running(worker, db, asyncio.create_task(worker.run()))
        self._stack.push_async_callback(running.stop)
        return running


class Running:
    """A worker at work."""

    def __init__(self, worker: Worker, db: Database, task: "asyncio.Task[None]") -> None:
        self.worker = worker
        self.db = db
        self.task = task

    async def stop(self) -> None:
        """Stop as SIGTERM does, and wait for the end."""
        self.worker.stop()
        await asyncio.wait_for(self.task, 20)


def jobs_settings(**chosen: Any) -> JobsSettings:
    """Settings that owe nothing to a file."""
    return JobsSettings(**{"_env_file": None, **chosen})


async def all_jobs(db: Database) -> list[Job]:
    """The audit rows, oldest first, those of one transaction by their payload."""
    async with db.read() as tx:
        found = await jobs.many(tx, None, None, None, 5000)
    return sorted(found, key=lambda job: (job.created_at, str(job.payload)))


async def until(holds: Callable[[], Awaitable[bool]], patience: float = 20.0) -> None:
    """Return when something has become true. Raises TimeoutError."""
    async with asyncio.timeout(patience):
        while not await holds():  # noqa: ASYNC110 (what it looks at is in the database)
            await asyncio.sleep(0.02)


async def ended(db: Database, count: int = 1, patience: float = 20.0) -> list[Job]:
    """The audit rows when `count` jobs have ended and none is under way."""

    async def holds() -> bool:
        found = await all_jobs(db)
        return len(found) >= count and all(job.status in ("completed", "failed") for job in found)

    await until(holds, patience)
    return await all_jobs(db)


async def queue_rows(db: Database) -> list[tuple[str, str]]:
    """Status and entrypoint of what the queue holds."""
    async with db.read() as tx:
        rows = await tx.connection.fetch("select status::text, entrypoint from core.pgqueuer order by id")
    return [tuple(row) for row in rows]


async def start_process(url: str, sandbox: Any = None, **settings: object) -> asyncio.subprocess.Process:
    """A worker process of the product, as a deployment starts it; `sandbox` is that of OpenDota."""
    environment = {
        **os.environ,
        "GUILDHALL_DATABASE_URL": url,
        "GUILDHALL_DOTA2_OPENDOTA_URL": "http://127.0.0.1:1/api" if sandbox is None else sandbox.api,
        "GUILDHALL_DOTA2_DEADLINE_SECONDS": "60",
        **{f"GUILDHALL_{name.upper()}": str(value) for name, value in settings.items()},
        "GUILDHALL_JOBS_HEARTBEAT_TIMEOUT": "1",
        "GUILDHALL_JOBS_POLL_INTERVAL": "0.2",
    }
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "guildhall.cli", "serve", "--role", "worker",
        env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
