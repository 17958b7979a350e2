"""Sending: with the transaction or not at all, unique keys, priorities, times, cancelling, requeueing."""

from datetime import UTC, datetime, timedelta

import pytest

from guildhall.core.jobs.actions import cancel, requeue, send, send_many
from guildhall.core.jobs.bindings import On
from guildhall.core.jobs.errors import GiveUp
from guildhall.core.jobs.queries import dead_letters, job, job_counts
from tests.core.jobs.make import Note, Serial, Single, all_jobs, ended, queue_rows, until


async def test_a_message_leaves_only_with_its_transaction(jobs_db):
    async def send_and_fail() -> None:
        async with jobs_db.write() as tx:
            await send(tx, Note(1))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await send_and_fail()

    assert await all_jobs(jobs_db) == []
    assert await queue_rows(jobs_db) == []


async def test_a_sent_message_is_remembered_with_its_payload_as_json(jobs_db):
    async with jobs_db.write() as tx:
        job_id = await send(tx, Note(7), priority=3)

    (found,) = await all_jobs(jobs_db)
    assert (found.id, found.job_type, found.status, found.priority) == (job_id, "test.note", "pending", 3)
    assert (found.payload, found.attempts, found.result, found.error) == ({"number": 7}, 0, None, None)
    assert found.created_at == tx.now
    assert (found.started_at, found.completed_at) == (None, None)
    async with jobs_db.read() as tx:
        number = await tx.connection.fetchval("select (payload ->> 'number')::int from core.jobs")
    assert number == 7


async def test_sending_nothing_does_nothing(tx):
    assert await send_many(tx, []) == []


async def test_a_unique_key_is_free_for_one_at_a_time(jobs_db):
    async with jobs_db.write() as tx:
        first = await send_many(tx, [Single(1), Single(2), Single(1)])
        again = await send(tx, Single(1))

    assert [one is not None for one in first] == [True, True, False]
    assert again is None
    assert [found.payload for found in await all_jobs(jobs_db)] == [{"number": 1}, {"number": 2}]


async def test_a_unique_key_is_taken_while_its_job_runs_and_free_when_it_has_ended(crew, jobs_db):
    while_running = []

    async def handler(message: Single) -> None:
        async with jobs_db.write() as tx:
            while_running.append(await send(tx, Single(1)))

    await crew.worker(On(Single, handler))
    for _ in range(2):  # free at the very moment when the audit row says that it has ended
        async with jobs_db.write() as tx:
            assert await send(tx, Single(1)) is not None
        await ended(jobs_db)

    assert while_running == [None, None]


async def test_the_more_urgent_runs_first_and_equals_in_their_order(crew, jobs_db):
    ran = []

    async def handler(message: Serial) -> None:
        ran.append(message.number)

    async with jobs_db.write() as tx:
        await send_many(tx, [Serial(1), Serial(2)])
        await send(tx, Serial(3), priority=5)
        await send(tx, Serial(4), priority=-5)
    await crew.worker(On(Serial, handler))
    await ended(jobs_db, 4)

    assert ran == [3, 1, 2, 4]


async def test_a_message_for_later_waits_for_its_time(crew, jobs_db):
    ran = {}

    async def handler(message: Note) -> None:
        ran[message.number] = datetime.now(UTC)

    await crew.worker(On(Note, handler))  # before, for it takes longer to start than the second has to wait
    async with jobs_db.write() as tx:
        due = tx.now + timedelta(seconds=0.5)
        await send(tx, Note(1), at=tx.now + timedelta(hours=1))
        await send(tx, Note(2), at=due)
        await send(tx, Note(3), at=tx.now - timedelta(days=1))

    async def two_are_done() -> bool:
        return sorted(found.status for found in await all_jobs(jobs_db)) == ["completed", "completed", "pending"]

    await until(two_are_done)
    assert ran.keys() == {2, 3}
    assert ran[2] >= due


async def test_a_dead_letter_gets_its_attempts_back(crew, jobs_db):
    heal: list[bool] = []

    async def handler(message: Single) -> str:
        if not heal:
            raise ValueError("broken")
        return "healed"

    async with jobs_db.write() as tx:
        await send(tx, Single(1))
    await crew.worker(On(Single, handler))
    (dead,) = await ended(jobs_db)
    assert (dead.status, dead.error) == ("failed", "ValueError: broken")
    async with jobs_db.read() as tx:
        assert await dead_letters.many(tx, "test.single") == [dead]
        assert await dead_letters.many(tx, "test.note") == []

    heal.append(True)
    async with jobs_db.write() as tx:
        assert await requeue(tx, dead) is True
        assert await requeue(tx, dead) is False
    (healed,) = await ended(jobs_db)

    assert (healed.status, healed.attempts, healed.result, healed.error) == ("completed", 1, "healed", None)
    async with jobs_db.write() as tx:
        assert await requeue(tx, healed) is False
        assert [(row.status, row.jobs) for row in await job_counts.many(tx)] == [("completed", 1)]


async def test_a_dead_letter_whose_key_is_taken_stays_dead(crew, jobs_db):
    async def handler(message: Single) -> None:
        raise GiveUp("no")

    async with jobs_db.write() as tx:
        await send(tx, Single(1))
    running = await crew.worker(On(Single, handler))
    (dead,) = await ended(jobs_db)
    await running.stop()

    async with jobs_db.write() as tx:
        assert await send(tx, Single(1)) is not None
        assert await requeue(tx, dead) is False
        marker = await send(tx, Note(1))  # the transaction lives on

    found: dict[object, str] = {one.id: one.status for one in await all_jobs(jobs_db)}
    assert found[dead.id] == "failed"
    assert found[marker] == "pending"
    assert sorted(await queue_rows(jobs_db)) == [
        ("failed", "test.single"), ("queued", "test.note"), ("queued", "test.single"),
    ]  # fmt: skip


async def test_a_cancelled_job_never_runs(crew, jobs_db):
    ran = []

    async def handler(message: Note) -> None:
        ran.append(message.number)

    async with jobs_db.write() as tx:
        (first, _) = await send_many(tx, [Note(1), Note(2)])
    assert first is not None
    async with jobs_db.write() as tx:
        waiting = await job.one(tx, first)
        assert await cancel(tx, waiting) is True
        assert await cancel(tx, waiting) is False
    await crew.worker(On(Note, handler))
    cancelled, completed = await ended(jobs_db, 2)

    assert ran == [2]
    assert (cancelled.status, cancelled.error, cancelled.attempts) == ("failed", "cancelled", 0)
    async with jobs_db.write() as tx:
        assert await cancel(tx, completed) is False
        assert await requeue(tx, cancelled) is False
