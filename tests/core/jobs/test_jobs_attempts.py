"""Attempts: retries, dead letters, early handlers, time limits, what the audit row tells."""

import asyncio
from typing import ClassVar

import asyncpg
import pytest

from guildhall.clock import Clock
from guildhall.core.jobs.actions import cancel, send, send_many
from guildhall.core.jobs.bindings import On
from guildhall.core.jobs.errors import GiveUp, RetryLater
from guildhall.core.jobs.messages import Message
from guildhall.core.jobs.queries import job
from guildhall.core.jobs.worker import Worker
from guildhall.db.pool import Database
from guildhall.errors import Misconfigured
from tests.core.jobs.make import Hasty, Narrow, Note, all_jobs, ended, jobs_settings, queue_rows, until


async def run_one(crew, db, *handlers: On, message=None, **settings):
    async with db.write() as tx:
        await send(tx, message or Note(1))
    running = await crew.worker(*handlers, **settings)
    found = await ended(db)
    return found[0], running


async def test_what_a_handler_returns_is_the_jobs_result(crew, jobs_db):
    async def handler(message: Note, db: Database) -> dict[str, int]:
        async with db.read() as tx:
            return {"twice": await tx.connection.fetchval("select 2 * $1::int", message.number)}

    done, running = await run_one(crew, jobs_db, On(Note, handler), message=Note(21))

    assert (done.status, done.attempts, done.result, done.error, done.queue_id) == (
        "completed", 1, {"twice": 42}, None, None,
    )  # fmt: skip
    assert done.created_at <= done.started_at <= done.completed_at
    assert await queue_rows(jobs_db) == []
    assert running.worker.attempts.counts == {("test.note", "completed"): 1}
    assert running.worker.attempts.seconds["test.note"] > 0


async def test_a_job_says_that_it_runs_while_it_runs(crew, jobs_db):
    seen = []

    async def handler(message: Note) -> None:
        seen.extend(await all_jobs(jobs_db))

    await run_one(crew, jobs_db, On(Note, handler))

    assert [(found.status, found.attempts, found.completed_at) for found in seen] == [("processing", 1, None)]


async def test_a_failed_attempt_is_followed_by_another_that_waits_longer(crew, jobs_db):
    between = []
    times = []

    async def handler(message: Note) -> None:
        times.append(asyncio.get_running_loop().time())
        between.extend(await all_jobs(jobs_db))
        if len(times) < 3:
            raise ConnectionError("not yet")

    done, running = await run_one(crew, jobs_db, On(Note, handler), retry_first=0.2)

    assert (done.status, done.attempts, done.error) == ("completed", 3, None)
    assert [(found.attempts, found.error) for found in between] == [
        (1, None), (2, "ConnectionError: not yet"), (3, "ConnectionError: not yet"),
    ]  # fmt: skip
    assert times[1] - times[0] >= 0.1  # half of 0.2 at least
    assert times[2] - times[1] >= 0.2
    assert running.worker.attempts.counts == {("test.note", "retried"): 2, ("test.note", "completed"): 1}


async def test_a_job_that_keeps_failing_ends_as_a_dead_letter(crew, jobs_db):
    async def handler(message: Note) -> None:
        raise ValueError("wrong \x00 and \ud800")

    dead, running = await run_one(crew, jobs_db, On(Note, handler))

    assert (dead.status, dead.attempts, dead.error) == ("failed", 3, "ValueError: wrong � and ?")
    assert dead.completed_at is not None
    assert await queue_rows(jobs_db) == [("failed", "test.note")]
    assert running.worker.attempts.counts == {("test.note", "retried"): 2, ("test.note", "failed"): 1}


async def test_a_handler_that_gives_up_is_not_asked_again(crew, jobs_db):
    async def handler(message: Note) -> None:
        raise GiveUp("there is no such player")

    dead, _ = await run_one(crew, jobs_db, On(Note, handler))

    assert (dead.status, dead.attempts, dead.error) == ("failed", 1, "GiveUp: there is no such player")


async def test_a_handler_that_is_early_may_be_early_any_number_of_times(crew, jobs_db):
    early: list[Note] = []

    async def handler(message: Note) -> None:
        if len(early) < 6:
            early.append(message)
            raise RetryLater("no budget", 0)

    done, running = await run_one(crew, jobs_db, On(Note, handler))

    assert (done.status, done.attempts) == ("completed", 1)
    assert running.worker.attempts.counts["test.note", "postponed"] == 6


async def test_an_attempt_that_takes_too_long_is_ended(crew, jobs_db):
    async def handler(message: Hasty) -> None:
        await asyncio.sleep(30)

    dead, _ = await run_one(crew, jobs_db, On(Hasty, handler), message=Hasty())

    assert (dead.status, dead.error) == ("failed", "took longer than the 0.05 seconds of an attempt")


async def test_a_timeout_of_the_handlers_own_is_told_as_such(crew, jobs_db):
    async def handler(message: Hasty) -> None:
        raise TimeoutError("the game is slow")

    dead, _ = await run_one(crew, jobs_db, On(Hasty, handler), message=Hasty())

    assert dead.error == "TimeoutError: the game is slow"


async def test_a_handler_that_awaits_something_cancelled_has_failed(crew, jobs_db):
    async def handler(message: Hasty) -> None:
        inner = asyncio.create_task(asyncio.sleep(30))
        inner.cancel()
        await inner

    dead, _ = await run_one(crew, jobs_db, On(Hasty, handler), message=Hasty())

    assert (dead.status, dead.error) == ("failed", "the handler awaited something that was cancelled")


@pytest.mark.parametrize("result", [{"name": "\x00"}, object()], ids=["a null character", "no JSON"])
async def test_a_result_that_cannot_be_kept_is_a_failure(crew, jobs_db, result):
    async def handler(message: Hasty) -> object:
        return result

    dead, _ = await run_one(crew, jobs_db, On(Hasty, handler), message=Hasty())

    assert dead.status == "failed"
    assert dead.result is None
    assert await queue_rows(jobs_db) == [("failed", "test.hasty")]


async def test_a_payload_that_no_longer_fits_fails_and_says_why(crew, jobs_db):
    async with jobs_db.write() as tx:
        await send(tx, Note(1))
        await tx.connection.execute('update core.pgqueuer set payload = \'{"number": "one"}\'')
    await crew.worker(unfit_hours=0)
    (dead,) = await ended(jobs_db)

    assert dead.status == "failed"
    assert "Expected `int`, got `str`" in str(dead.error)


async def test_a_running_job_can_be_cancelled(crew, jobs_db):
    began = asyncio.Event()
    stopped = []

    async def handler(message: Note) -> None:
        began.set()
        try:
            await asyncio.sleep(30)
        except asyncio.CancelledError:
            stopped.append(True)
            raise

    async with jobs_db.write() as tx:
        job_id = await send(tx, Note(1))
    running = await crew.worker(On(Note, handler))
    await began.wait()
    assert job_id is not None
    async with jobs_db.write() as tx:
        assert await cancel(tx, await job.one(tx, job_id)) is True

    async def over() -> bool:
        return ("test.note", "cancelled") in running.worker.attempts.counts

    await until(over)
    (found,) = await all_jobs(jobs_db)
    assert stopped == [True]
    assert (found.status, found.error) == ("failed", "cancelled")
    assert await queue_rows(jobs_db) == []


async def test_an_event_without_handlers_completes(crew, jobs_db):
    done, _ = await run_one(crew, jobs_db)

    assert (done.status, done.result) == ("completed", None)


async def test_one_failing_handler_of_an_event_does_not_make_the_others_run_again(crew, jobs_db):
    ran = []

    async def good(message: Note) -> str:
        ran.append("good")
        return "well"

    async def bad(message: Note) -> None:
        ran.append("bad")
        raise ValueError("oh")

    async with jobs_db.write() as tx:
        await send(tx, Note(5))
    await crew.worker(On(Note, good), On(Note, bad))
    found = await ended(jobs_db, 3)

    assert sorted(ran) == ["bad", "bad", "bad", "good"]
    here = "tests.core.jobs.test_jobs_attempts."
    event = next(one for one in found if one.handler is None)
    parts = {one.handler.removeprefix(here) if one.handler else "": one for one in found}
    assert event.result == {"handlers": [f"{here}good", f"{here}bad"]}
    assert (parts["good"].status, parts["good"].result, parts["good"].payload) == ("completed", "well", {"number": 5})
    assert (parts["bad"].status, parts["bad"].attempts) == ("failed", 3)


async def test_a_job_for_one_handler_runs_when_it_has_become_the_only_one(crew, jobs_db):
    ran = []

    async def last(message: Note) -> None:
        ran.append(message.number)

    on = On(Note, last)
    async with jobs_db.write() as tx:
        await send_many(tx, [Note(8)], handlers=[on.handler_name])
    await crew.worker(on)
    await ended(jobs_db)

    assert ran == [8]


async def test_no_more_run_at_once_than_the_message_allows_over_all_workers(crew, jobs_db):
    now, most = 0, 0

    async def handler(message: Narrow) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.02)
        now -= 1

    async with jobs_db.write() as tx:
        await send_many(tx, [Narrow(n) for n in range(16)])
    await crew.worker(On(Narrow, handler))
    await crew.worker(On(Narrow, handler))
    found = await ended(jobs_db, 16)

    assert most == 2
    assert {(one.status, one.attempts) for one in found} == {("completed", 1)}


async def test_a_worker_drains_two_thousand_jobs(crew, jobs_db):
    ran = []

    async def handler(message: Note) -> None:
        ran.append(message.number)

    async with jobs_db.write() as tx:
        await send_many(tx, [Note(n) for n in range(2000)])
    await crew.worker(On(Note, handler))
    await ended(jobs_db, 2000, patience=60)

    assert sorted(ran) == list(range(2000))
    assert await queue_rows(jobs_db) == []


async def test_a_handler_that_asks_for_what_nothing_provides_is_refused_at_the_start(jobs_db):
    async def handler(message: Note, clock: Clock) -> None:
        raise AssertionError

    with pytest.raises(Misconfigured, match=r"handler asks for clock: .*Clock.*, which nothing provides"):
        Worker(jobs_db, [Note], [On(Note, handler)], [], {Database: jobs_db}, jobs_settings())


async def test_two_messages_of_one_name_are_refused_at_the_start(jobs_db):
    class Namesake(Message, frozen=True):
        name: ClassVar[str] = "test.note"

    with pytest.raises(Misconfigured, match=r"Two messages share a name: test\.note"):
        Worker(jobs_db, [Note, Namesake], [], [], {}, jobs_settings())


async def test_one_handler_bound_twice_is_refused_at_the_start(jobs_db):
    async def handler(message: Note) -> None:
        raise AssertionError

    with pytest.raises(Misconfigured, match=r"Two handlers of test\.note share a name"):
        Worker(jobs_db, [Note], [On(Note, handler)] * 2, [], {}, jobs_settings())


async def test_the_audit_table_knows_no_other_status(tx):
    job_id = await send(tx, Note(1))
    with pytest.raises(asyncpg.CheckViolationError):
        await tx.connection.execute("update core.jobs set status = 'lost' where id = $1", job_id)
