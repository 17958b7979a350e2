"""A worker's life: schedules, stopping, being killed, losing the database, its signs of life."""

import asyncio
import contextlib
import logging
import os
import sys
from datetime import timedelta
from typing import Any, ClassVar

import asyncpg
import pytest
from pgqueuer.core.qm import QueueManager

from guildhall.boot.packs import BUILT_IN, branches
from guildhall.clock import Clock
from guildhall.core.jobs.actions import send, send_many
from guildhall.core.jobs.bindings import Cron, On, Schedule, daily, hourly, minutely
from guildhall.core.jobs.messages import Message
from guildhall.core.jobs.queries import schedules, worker_seen
from guildhall.core.jobs.worker import Worker
from guildhall.db import migrate
from guildhall.db.embedded import EmbeddedCluster
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.errors import Misconfigured, Unavailable
from guildhall.packs.dota2.accounts.rules import AccountId
from guildhall.packs.dota2.sandbox import FAULTS, Fault, FaultMode, player_ids
from guildhall.packs.dota2.sync.messages import SyncPlayer
from tests.core.jobs.make import (
    Crew,
    Note,
    Serial,
    Single,
    all_jobs,
    ended,
    jobs_settings,
    queue_rows,
    start_process,
    until,
)


async def make_due(db):
    """Let a worker write its schedule, then have everything in it be due."""

    async def written() -> bool:
        async with db.read() as tx:
            return bool(await schedules.many(tx))

    await until(written)
    async with db.write() as tx:
        await tx.connection.execute("update core.pgqueuer_schedules set next_run = now() - interval '1 minute'")


async def test_a_schedule_that_came_due_while_no_worker_ran_fires_once_with_two_workers(crew, jobs_db):
    schedule = [Cron(daily(hour=4), Note(1))]
    first = await crew.worker(schedule=schedule)
    await make_due(jobs_db)
    await first.stop()

    await asyncio.gather(*(crew.worker(schedule=schedule) for _ in range(2)))
    (done,) = await ended(jobs_db)
    await asyncio.sleep(0.3)  # long enough for a second one to show

    assert (done.payload, done.status) == ({"number": 1}, "completed")
    assert len(await all_jobs(jobs_db)) == 1
    async with jobs_db.read() as tx:
        (row,) = await schedules.many(tx)
        assert (row.message, row.expression) == ("test.note", "0 4 * * *")
        assert row.next_run > tx.now
        assert row.last_run is not None


async def test_a_schedule_keeps_its_time_over_a_restart_and_a_dropped_one_is_forgotten_after_a_week(crew, jobs_db):
    first = await crew.worker(schedule=[Cron(hourly(minute=5), Note(1)), Cron(minutely(every=10), Single(1))])

    async def two() -> bool:
        async with jobs_db.read() as tx:
            return len(await schedules.many(tx)) == 2

    await until(two)
    async with jobs_db.write() as tx:
        later = tx.now.replace(microsecond=0) + timedelta(hours=7)
        await tx.connection.execute("update core.pgqueuer_schedules set next_run = $1", later)
    await first.stop()
    second = await crew.worker(schedule=[Cron(hourly(minute=5), Note(1))])
    await asyncio.sleep(0.3)
    assert await two(), "another worker may still have it: of another version, or with a pack that is left out here"
    async with jobs_db.write() as tx:
        await tx.connection.execute(
            "update core.pgqueuer_schedules set next_run = now() - interval '8 days' where entrypoint = 'test.single'"
        )
    await second.stop()
    await crew.worker(schedule=[Cron(hourly(minute=5), Note(1))])

    async def one() -> bool:
        async with jobs_db.read() as tx:
            return len(await schedules.many(tx)) == 1

    await until(one)
    async with jobs_db.read() as tx:
        (row,) = await schedules.many(tx)
    assert (row.message, row.next_run) == ("test.note", later)


async def test_a_schedule_whose_unique_job_still_waits_adds_none(crew, jobs_db):
    async with jobs_db.write() as tx:
        await send(tx, Single(1), at=tx.now + timedelta(hours=1))
    schedule = [Cron(daily(), Single(1))]
    first = await crew.worker(schedule=schedule)
    await make_due(jobs_db)
    await first.stop()
    await crew.worker(schedule=schedule)

    async def fired() -> bool:
        async with jobs_db.read() as tx:
            return (await schedules.many(tx))[0].last_run is not None

    await until(fired)
    assert len(await all_jobs(jobs_db)) == 1


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("now and then", "no schedule"),
        ("* * * * * *", "no schedule"),
        ("0 0 30 2 *", "never comes due"),
        ("0 0 31 4,6 *", "never comes due"),
    ],
)
async def test_a_schedule_that_is_none_or_never_comes_due_is_refused(jobs_db, expression, why):
    with pytest.raises(Misconfigured, match=why) as caught:
        Worker(jobs_db, [Note], [], [Cron(Schedule(expression), Note(1))], {}, jobs_settings())
    assert f"test.note: '{expression}' is " in str(caught.value)


async def test_the_29th_of_february_is_a_day(jobs_db):
    Worker(jobs_db, [Note], [], [Cron(Schedule("0 0 29 2 *"), Note(1))], {}, jobs_settings())


async def test_a_worker_shows_signs_of_life_until_it_stops(crew, jobs_db):
    running = await crew.worker()

    async def alive() -> bool:
        async with jobs_db.read() as tx:
            return bool(await tx.connection.fetchval("select pid from core.workers") == os.getpid())

    await until(alive)
    async with jobs_db.read() as tx:
        seen = await worker_seen.one(tx)
        assert timedelta(0) <= tx.now - seen < timedelta(minutes=1)
    await running.stop()
    async with jobs_db.read() as tx:
        assert await worker_seen.one(tx) is None


async def test_a_stopped_worker_finishes_what_runs_and_takes_nothing_new(crew, jobs_db):
    began, go = asyncio.Event(), asyncio.Event()

    async def handler(message: Serial) -> str:
        began.set()
        await go.wait()
        return "finished"

    async with jobs_db.write() as tx:
        await send_many(tx, [Serial(1), Serial(2)])
    running = await crew.worker(On(Serial, handler))
    await began.wait()
    running.worker.stop()
    async with jobs_db.write() as tx:
        await send(tx, Note(3))
    await asyncio.sleep(0.2)  # a look at the queue or two
    go.set()
    await running.task

    first, second, third = await all_jobs(jobs_db)
    assert (first.status, first.result) == ("completed", "finished")
    assert [(one.status, one.attempts) for one in (second, third)] == [("pending", 0)] * 2


async def test_a_job_that_was_on_its_way_when_the_worker_was_stopped_is_handed_back(crew, jobs_db, monkeypatch):
    ran: list[int] = []
    real = QueueManager.fetch_jobs

    async def handler(message: Note) -> None:
        ran.append(message.number)

    async def fetch_and_stop(manager, *arguments: Any):
        async for job in real(manager, *arguments):
            running.worker.stop()  # the queue has answered, and the stop comes before the job begins
            yield job

    monkeypatch.setattr(QueueManager, "fetch_jobs", fetch_and_stop)
    running = await crew.worker(On(Note, handler))
    async with jobs_db.write() as tx:
        await send(tx, Note(1))
    await asyncio.wait_for(running.task, 10)

    (job,) = await all_jobs(jobs_db)
    assert (ran, job.status, job.attempts) == ([], "pending", 0)
    assert await queue_rows(jobs_db) == [("queued", "test.note")]


async def test_a_job_that_cannot_finish_before_the_stop_goes_back_to_the_queue(crew, jobs_db):
    began = asyncio.Event()

    async def endless(message: Note) -> None:
        began.set()
        await asyncio.sleep(60)

    async def quick(message: Note) -> str:
        return "done"

    async with jobs_db.write() as tx:
        await send(tx, Note(1))
    first = await crew.worker(On(Note, endless), shutdown_timeout=0.1)
    await began.wait()
    await first.stop()

    (waiting,) = await all_jobs(jobs_db)
    assert (waiting.status, waiting.attempts, waiting.error) == ("pending", 0, "its worker was stopped")
    assert await queue_rows(jobs_db) == [("queued", "test.note")]
    await crew.worker(On(Note, quick))
    (done,) = await ended(jobs_db)
    assert (done.status, done.attempts, done.result) == ("completed", 1, "done")


async def test_a_worker_that_was_thought_dead_does_not_touch_the_job_that_another_took_over(crew, jobs_db):
    began, go = asyncio.Event(), asyncio.Event()

    async def slow_and_wrong(message: Note) -> None:
        began.set()
        await go.wait()
        raise ValueError("too late to matter")

    finish = asyncio.Event()

    async def right(message: Note) -> str:
        await finish.wait()
        return "right"

    async with jobs_db.write() as tx:
        await send(tx, Note(1))
    first = await crew.worker(On(Note, slow_and_wrong), heartbeat_timeout=600)
    await began.wait()
    first.worker._shut()  # it takes nothing new, and its next heartbeat is five minutes off
    async with jobs_db.write() as tx:
        await tx.connection.execute("update core.pgqueuer set heartbeat = now() - interval '1 hour'")
    await crew.worker(On(Note, right))

    async def taken_over() -> bool:
        return (await all_jobs(jobs_db))[0].attempts == 2

    await until(taken_over)
    go.set()

    async def over() -> bool:
        return bool(first.worker.attempts.counts)

    await until(over)
    assert [status for status, _ in await queue_rows(jobs_db)] == ["picked"]
    finish.set()
    (done,) = await ended(jobs_db)
    assert (done.status, done.result, done.attempts) == ("completed", "right", 2)


async def test_lost_connections_are_replaced_and_none_is_lost_to_the_pool(crew, jobs_db, clone):
    ran = []

    async def handler(message: Note) -> None:
        ran.append(message.number)

    running = await crew.worker(On(Note, handler), pool=4)
    for number in range(6):  # more often than the pool has connections
        async with jobs_db.write() as tx:
            await send(tx, Note(number))

        async def done(number: int = number) -> bool:
            return number in ran

        await until(done)
        owner = await asyncpg.connect(clone)
        await owner.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where application_name = 'test-worker' and datname = current_database()"
        )
        await owner.close()

    async with jobs_db.write() as tx:
        await send(tx, Note(99))
    found = await ended(jobs_db, 7)

    assert {one.status for one in found} == {"completed"}
    pool = running.db.pool

    async def only_the_listener_is_in_use() -> bool:
        return bool(pool.get_size() - pool.get_idle_size() <= 1)

    await until(only_the_listener_is_in_use)
    await running.stop()
    assert pool.get_size() == pool.get_idle_size()
    async with jobs_db.read() as tx:
        listening = await tx.connection.fetchval(
            "select count(*) from pg_stat_activity where application_name = 'test-worker'"
            " and datname = current_database() and query ilike 'listen%'"
        )
    assert listening == 0


async def test_the_queue_library_adds_no_noise_to_the_log(crew, jobs_db, caplog):
    async def handler(message: Note) -> None:
        raise ValueError("wrong")

    logging.getLogger("pgqueuer").setLevel(logging.CRITICAL)  # as log.configure does
    async with jobs_db.write() as tx:
        await send(tx, Note(1))
    running = await crew.worker(On(Note, handler), schedule=[Cron(daily(), Note(2))])
    await ended(jobs_db)
    await running.stop()

    assert [record.name for record in caplog.records if record.name.startswith(("pgqueuer", "asyncio"))] == []


@pytest.mark.slow
async def test_a_job_whose_worker_is_killed_in_the_middle_is_finished_by_another_with_effects_once(
    clone, jobs_db, sandbox, start_worker
):
    account = AccountId(player_ids(sandbox.options)[0])
    sandbox.app[FAULTS].set(Fault(FaultMode.HANG, path="/players/.*/(matches|recentMatches)"))
    async with jobs_db.write() as tx:
        job_id = await send(tx, SyncPlayer(account))
    process = await start_process(clone, sandbox)

    async def in_the_middle() -> bool:
        return bool(sandbox.app[FAULTS].view().hits > 0)

    try:
        await until(in_the_middle, 60)
    finally:
        process.kill()
        await process.wait()
    (before,) = [one for one in await all_jobs(jobs_db) if one.id == job_id]
    assert (before.status, before.attempts) == ("processing", 1)
    assert [row for row in await queue_rows(jobs_db) if row[1] == "dota2.sync_player"] == [
        ("picked", "dota2.sync_player")
    ]

    sandbox.app[FAULTS].clear()
    await start_worker(sandbox, jobs={"heartbeat_timeout": 1})

    async def finished() -> bool:
        return all(one.status != "processing" for one in await all_jobs(jobs_db) if one.id == job_id)

    await until(finished, 60)
    (after,) = [one for one in await all_jobs(jobs_db) if one.id == job_id]
    assert (after.status, after.attempts, after.error) == ("completed", 2, None)
    async with jobs_db.read() as tx:
        stored, distinct = await tx.connection.fetchrow(
            "select count(*), count(distinct match_id) from dota2.player_matches where account_id = $1", account
        )
    report: Any = after.result
    assert stored == distinct == report["new_matches"] > 0


KILLED = """
import asyncio, os, sys
from typing import Any, ClassVar
from guildhall.clock import Clock
from guildhall.core.jobs.bindings import On
from guildhall.core.jobs.messages import Message
from guildhall.core.jobs.settings import JobsSettings
from guildhall.core.jobs.worker import Worker
from guildhall.core.jobs.worker import Worker
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings

class Deadly(Message, frozen=True):
    name: ClassVar[str] = "test.deadly"
    attempts: ClassVar[int] = 2

async def handler(message: Deadly) -> None:
    os.kill(os.getpid(), 9)

async def main() -> None:
    db = await Database.open(PoolSettings(sys.argv[1], JOBS), Clock())
    settings = JobsSettings(_env_file=None, heartbeat_timeout=1, poll_interval=0.1)
    worker = Worker(db, [Deadly], [On(Deadly, handler)], [], {}, settings)
    await worker.run()

asyncio.run(main())
"""


@pytest.mark.slow
async def test_a_job_that_kills_its_worker_each_time_ends_as_a_dead_letter(clone, jobs_db):
    class Deadly(Message, frozen=True):
        name: ClassVar[str] = "test.deadly"

    async with jobs_db.write() as tx:
        await send(tx, Deadly())
    deaths = 0
    while True:
        process = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, clone)
        waiter = asyncio.create_task(process.wait())

        async def settled(waiter: "asyncio.Task[int]" = waiter) -> bool:
            return waiter.done() or (await all_jobs(jobs_db))[0].status == "failed"

        await until(settled, 60)
        if not waiter.done():
            process.terminate()
            await waiter
            break
        assert await waiter == -9
        deaths += 1

    (dead,) = await all_jobs(jobs_db)
    assert deaths == 2
    assert (dead.status, dead.error) == ("failed", "GiveUp: its worker died in every attempt")
    assert await queue_rows(jobs_db) == [("failed", "test.deadly")]


@pytest.mark.slow
async def test_a_restart_of_postgresql_under_a_working_worker_loses_nothing(tmp_path):
    counts: dict[int, int] = {}

    async def handler(message: Note, db: Database) -> None:
        async with db.write() as tx:
            await tx.connection.execute("insert into public.effects values ($1) on conflict do nothing", message.number)
        await asyncio.sleep(0.02)
        counts[message.number] = counts.get(message.number, 0) + 1

    with EmbeddedCluster(tmp_path / "cluster") as cluster:
        await migrate.upgrade(cluster.url(), branches(BUILT_IN))
        owner = await asyncpg.connect(cluster.url())
        await owner.execute("create table public.effects (number int primary key)")
        await owner.execute(f"grant all on public.effects to {JOBS}")
        await owner.close()
        db = await Database.open(PoolSettings(cluster.url(), JOBS), Clock())
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(db.close)
            async with db.write() as tx:
                await send_many(tx, [Note(number) for number in range(400)])
            running = await Crew(cluster.url(), stack).worker(On(Note, handler), concurrency=10)
            for mode in ("fast", "immediate"):
                reached = len(counts)

                async def further(reached: int = reached) -> bool:
                    return len(counts) >= reached + 40

                await until(further, 30)
                await asyncio.to_thread(cluster.restart, mode)

            async def all_done() -> bool:
                with contextlib.suppress(Unavailable):
                    async with db.read() as tx:
                        statement = "select count(*) from core.jobs where status <> 'completed'"
                        return bool(await tx.connection.fetchval(statement) == 0)
                return False

            await until(all_done, 60)
            assert set(counts) == set(range(400))
            assert await queue_rows(db) == []
            async with db.read() as tx:
                assert await tx.connection.fetchval("select count(*) from public.effects") == 400
            await running.stop()
