"""Two versions of a pack during a deploy: what the older does not know waits for the newer."""

import asyncio
from typing import ClassVar

from guildhall.core.jobs.actions import send
from guildhall.core.jobs.bindings import On
from guildhall.core.jobs.messages import Message
from tests.core.jobs.make import Note, all_jobs, ended, until


class NewerNote(Message, frozen=True):
    """The order with a field that the older version does not know."""

    name: ClassVar[str] = "test.note"

    number: int = 0
    colour: str = "blue"


class StricterNote(Message, frozen=True):
    """The order with a field that every sender has to give, which the older one did not."""

    name: ClassVar[str] = "test.note"

    colour: str
    number: int = 0


class Unknown(Message, frozen=True):
    """An order of which the older version knows nothing."""

    name: ClassVar[str] = "test.unknown"

    number: int = 0


async def queue(db, message: Message) -> None:
    """Send a message."""
    async with db.write() as tx:
        await send(tx, message)


async def test_a_message_of_an_unknown_kind_waits_for_a_worker_that_knows_it(crew, jobs_db):
    seen: list[int] = []

    async def note(message: Note) -> None:
        seen.append(message.number)

    async def unknown(message: Unknown) -> None:
        seen.append(message.number)

    older = await crew.worker(On(Note, note))
    await queue(jobs_db, Unknown(1))
    await queue(jobs_db, Note(2))
    await until(lambda: _seen(seen, [2]))
    assert {job.status for job in await all_jobs(jobs_db) if job.job_type == "test.unknown"} == {"pending"}

    await crew.worker(On(Unknown, unknown))
    await until(lambda: _seen(seen, [2, 1]))
    await older.stop()


async def _seen(seen: list[int], wanted: list[int]) -> bool:
    return seen == wanted


async def test_a_field_that_the_older_worker_does_not_know_waits_for_the_newer_without_an_attempt(crew, jobs_db):
    seen: list[object] = []

    async def older_note(message: Note) -> None:
        seen.append(message)

    async def newer_note(message: NewerNote) -> None:
        seen.append(message)

    older = await crew.worker(On(Note, older_note))
    await queue(jobs_db, NewerNote(1, "red"))
    await until(lambda: _refused(jobs_db))
    (job,) = await all_jobs(jobs_db)
    assert (job.status, job.attempts, seen) == ("pending", 0, [])
    assert "of another version than this worker: Object contains unknown field `colour`" in str(job.error)

    await older.stop()
    async with jobs_db.write() as tx:
        await tx.connection.execute("update core.pgqueuer set execute_after = now()")
    await crew.worker(On(NewerNote, newer_note), messages=())
    (done,) = await ended(jobs_db)
    assert (done.status, seen) == ("completed", [NewerNote(1, "red")])


async def _refused(db) -> bool:
    return any(job.error for job in await all_jobs(db))


async def test_a_new_field_that_has_its_default_is_for_every_worker(crew, jobs_db):
    seen: list[object] = []

    async def note(message: Note) -> None:
        seen.append(message)

    await queue(jobs_db, NewerNote(1))
    await crew.worker(On(Note, note))
    (done,) = await ended(jobs_db)

    assert (done.status, seen) == ("completed", [Note(1)])


async def test_a_message_that_no_worker_has_known_for_long_is_a_dead_letter(crew, jobs_db):
    async def note(_: StricterNote) -> None:
        raise AssertionError("it lacks a field")

    await queue(jobs_db, Note(1))
    await crew.worker(On(StricterNote, note), messages=(), unfit_hours=0)
    (job,) = await ended(jobs_db)

    assert job.status == "failed"
    assert "of another version than this worker: Object missing required field `colour`" in str(job.error)


async def test_it_does_not_wait_for_ever_nor_run_all_the_time(crew, jobs_db):
    async def note(_: StricterNote) -> None:
        raise AssertionError("it lacks a field")

    await queue(jobs_db, Note(1))
    worker = await crew.worker(On(StricterNote, note), messages=())
    await until(lambda: _refused(jobs_db))
    await asyncio.sleep(1.0)

    assert worker.worker.attempts.counts == {("test.note", "postponed"): 1}
