"""One attempt of one job: its handler, what becomes of it, and both kept in a single transaction."""

import asyncio
import random
import time
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Literal, NoReturn
from uuid import UUID

import asyncpg
import msgspec
import stamina
from msgspec import Struct
from pgqueuer.domain.models import Context
from pgqueuer.domain.models import Job as QueueJob

from guildhall.core.jobs import queries
from guildhall.core.jobs.actions import send_many
from guildhall.core.jobs.bindings import Handler, On, Provided, asked_for
from guildhall.core.jobs.errors import GiveUp, RetryLater, in_words
from guildhall.core.jobs.messages import Message
from guildhall.core.jobs.schemas import JobId
from guildhall.core.jobs.settings import JobsSettings
from guildhall.db.pool import Database, Transaction
from guildhall.errors import OutOfRange, Unavailable
from guildhall.log import canonical, get_logger, log_with
from guildhall.places import own_place, shown

log = get_logger(__name__)

_UNFIT_WAIT = 30.0
"""Seconds, at most, until a job whose message does not fit is looked at again."""
_SHORTEST = 0.05
"""Seconds; a worker that finds a job due again before it has let go of it would pass it over."""


class Settled(BaseException):
    """Ends a dispatch of pgqueuer's without the bookkeeping that it would do by itself.

    The job's outcome is stored already, with its audit row; or it could not be stored, and then the queue hands the job
    out again when its heartbeat has grown old. No Exception, for pgqueuer takes those as the job's failure.
    """


class Call:
    """A handler with what it asked for beside the message."""

    def __init__(self, on: On, provided: Provided) -> None:
        self.name = on.handler_name
        self._handler: Handler = on.handler
        self._extra = asked_for(on.handler, provided, self.name)

    async def __call__(self, message: Message) -> object:
        return await self._handler(message, **self._extra)


class Outcome(Struct, frozen=True):
    """The outcome of an attempt. `wait` is in seconds, until the next one; `attempts` are those that count."""

    name: Literal["completed", "retried", "postponed", "interrupted", "failed", "cancelled"]
    attempts: int
    error: str = ""
    wait: float = 0.0
    place: str = ""
    """The file and line of the pack's code at which it failed, for the log."""
    result: bytes = b"null"


class Attempts:
    """Runs jobs' attempts and counts them."""

    def __init__(self, db: Database, settings: JobsSettings, stopping: asyncio.Event) -> None:
        self._db = db
        self._settings = settings
        self._stopping = stopping
        self.counts: dict[tuple[str, str], int] = defaultdict(int)
        """Attempts ended, by message name and outcome."""
        self.seconds: dict[str, float] = defaultdict(float)
        """Time spent in them, by message name."""

    async def run(self, job: QueueJob, context: Context, kind: type[Message], calls: list[Call]) -> None:
        """One attempt. A message with several handlers becomes a job for each of them.

        Raises Settled when the job stays in the queue.
        """
        began = time.perf_counter()
        job_id = JobId(UUID(str((job.headers or {})["job_id"])))
        if self._stopping.is_set():
            await self._leave(job)  # it was on its way to us when we were told to stop
        attempts = await self._started(job_id)
        if attempts is None:
            return  # it was cancelled, or has ended in the hands of another worker
        with log_with(job_id=str(job_id), job_type=kind.name):
            try:
                outcome = await self._outcome(job, context, kind, calls, attempts)
            except asyncio.CancelledError:
                # The worker stops and cannot wait any longer: whoever takes the job next begins anew.
                outcome = Outcome("interrupted", attempts - 1, "its worker was stopped")
            outcome = await self._recorded(job, job_id, kind, calls, outcome)
            took = time.perf_counter() - began
            self.counts[kind.name, outcome.name] += 1
            self.seconds[kind.name] += took
            canonical(
                "job", job=kind.name, job_id=str(job_id), outcome=outcome.name, attempt=attempts,
                ms=round(took * 1000, 1), **({"error": outcome.error} if outcome.error else {}),
                **({"place": outcome.place} if outcome.place else {}),
            )  # fmt: skip
        if outcome.name not in ("completed", "cancelled"):
            raise Settled

    async def _leave(self, job: QueueJob) -> NoReturn:
        """Hand a job back that has not begun. Raises Settled."""
        try:
            async with self._db.write() as tx:
                await queries.put_back.run(tx, job.id, job.queue_manager_id, 0.0)
        except Exception as error:  # the queue hands it out again when nobody says that it is alive
            log.warning("job_not_handed_back", why=in_words(error))
        raise Settled

    async def _started(self, job_id: JobId) -> int | None:
        """Note the beginning of an attempt: which one it is, or None when the job is not to run any more."""
        try:
            async with self._db.write() as tx:
                return await queries.start_job.one_or_none(tx, job_id, tx.now)
        except Exception as error:
            log.warning("job_not_started", job_id=str(job_id), why=in_words(error))
            raise Settled from error

    async def _outcome(
        self, job: QueueJob, context: Context, kind: type[Message], calls: list[Call], attempts: int
    ) -> Outcome:
        """Run the handler. Raises CancelledError when the worker is stopped."""
        limit = asyncio.timeout(kind.timeout)
        try:
            if attempts > kind.attempts:
                raise GiveUp("its worker died in every attempt")
            try:
                message = msgspec.json.decode(job.payload or b"{}", type=kind)
            except msgspec.ValidationError as unfit:
                return self._unfit(job, attempts, unfit)
            result: object = None
            with context.cancellation:
                async with limit:
                    if len(calls) == 1:
                        result = await calls[0](message)
                    elif calls:
                        result = {"handlers": [call.name for call in calls]}
                return Outcome("completed", attempts, result=msgspec.json.encode(result))
            return Outcome("cancelled", attempts, "cancelled")
        except RetryLater as later:
            return Outcome("postponed", attempts - 1, str(later), max(later.seconds, _SHORTEST))
        except asyncio.CancelledError as cancelled:
            task = asyncio.current_task()
            if task is not None and task.cancelling():
                raise
            return self._failure(kind, attempts, cancelled, "the handler awaited something that was cancelled")
        except Exception as failure:
            late = isinstance(failure, TimeoutError) and limit.expired()
            words = f"took longer than the {kind.timeout:g} seconds of an attempt" if late else in_words(failure)
            return self._failure(kind, attempts, failure, words)

    def _unfit(self, job: QueueJob, attempts: int, unfit: msgspec.ValidationError) -> Outcome:
        """A wait for a worker that knows the message, which a deploy may just be starting; not an attempt.

        It ends as a dead letter when none has come: then an operator decides.
        """
        words = f"the message is of another version than this worker: {unfit}"
        if datetime.now(UTC) - job.created >= timedelta(hours=self._settings.unfit_hours):
            return Outcome("failed", attempts, words)
        return Outcome("postponed", attempts - 1, words, _UNFIT_WAIT * random.uniform(0.5, 1.0))  # noqa: S311

    def _failure(self, kind: type[Message], attempts: int, failure: BaseException, words: str) -> Outcome:
        """The end of a job that may not be tried again; else a wait, doubled each time, with jitter."""
        found = own_place(failure)
        place = "" if found is None else shown(found)
        if isinstance(failure, GiveUp) or attempts >= kind.attempts:
            return Outcome("failed", attempts, words, place=place)
        longest = min(self._settings.retry_first * 2 ** (attempts - 1), self._settings.retry_longest)
        wait = longest * random.uniform(0.5, 1.0)  # noqa: S311 (no secret)
        return Outcome("retried", attempts, words, wait, place)

    async def _recorded(
        self, job: QueueJob, job_id: JobId, kind: type[Message], calls: list[Call], outcome: Outcome
    ) -> Outcome:
        """Store the outcome of the attempt, waiting for a database that is away; return the stored outcome.

        Raises Settled when it cannot be stored: the queue then hands the job out again.
        """
        try:
            try:
                await self._record(job, job_id, kind, calls, outcome)
            except (asyncpg.DataError, OutOfRange) as refused:  # a result that the database cannot hold
                outcome = self._failure(kind, outcome.attempts, refused, in_words(refused))
                await self._record(job, job_id, kind, calls, outcome)
        except Exception as error:
            log.error("job_outcome_lost", job_id=str(job_id), outcome=outcome.name, why=in_words(error))
            raise Settled from error
        return outcome

    @stamina.retry(on=Unavailable, attempts=None, timeout=30, wait_initial=0.1, wait_max=2.0, wait_jitter=0.2)
    async def _record(
        self, job: QueueJob, job_id: JobId, kind: type[Message], calls: list[Call], outcome: Outcome
    ) -> None:
        async with self._db.write() as tx:
            await self._write(tx, job, job_id, kind, calls, outcome)

    async def _write(
        self, tx: Transaction, job: QueueJob, job_id: JobId, kind: type[Message], calls: list[Call], outcome: Outcome
    ) -> None:
        """Store the audit row and the queue's row together; change nothing if another worker has the job now."""
        holder = job.queue_manager_id
        if outcome.name == "completed":
            await queries.leave_queue.run(tx, job.id)
            if await queries.complete_job.run(tx, job_id, outcome.result, tx.now) and len(calls) > 1:
                # One job for each handler, so that one that fails does not make the others run again.
                message = msgspec.json.decode(job.payload or b"{}", type=kind)
                await send_many(tx, [message] * len(calls), handlers=[call.name for call in calls])
        elif outcome.name == "failed":
            if await queries.park_in_queue.run(tx, job.id, holder):
                await queries.fail_job.run(tx, job_id, outcome.error, tx.now)
        elif outcome.name != "cancelled" and await queries.put_back.run(tx, job.id, holder, outcome.wait):
            await queries.postpone_job.run(tx, job_id, outcome.error, outcome.attempts)
