"""The upkeep: what ended long ago is forgotten, partitions come and go by the calendar."""

from datetime import timedelta
from typing import Any

import asyncpg

from guildhall.clock import Clock
from guildhall.core.jobs import jobs as upkeep
from guildhall.core.jobs.actions import send, send_many
from guildhall.core.jobs.bindings import On
from guildhall.core.jobs.errors import GiveUp
from guildhall.core.jobs.jobs import PartitionRetention, clean_up_jobs, maintain_partitions
from guildhall.core.jobs.messages import CleanUpJobs, MaintainPartitions
from tests.core.jobs.make import Note, Single, all_jobs, ended, jobs_settings, queue_rows

AGE = """
update core.jobs set created_at = created_at - $1::interval, completed_at = completed_at - $1::interval;
"""


async def age(db, by):
    async with db.write() as tx:
        await tx.connection.execute(AGE, by)
        await tx.connection.execute("update core.pgqueuer set updated = updated - $1::interval", by)
        await tx.connection.execute("update core.pgqueuer_log set created = created - $1::interval", by)


async def test_what_ended_long_ago_is_forgotten_and_nothing_else(crew, jobs_db, monkeypatch):
    async def handler(message: Note) -> None:
        return None

    async def broken(message: Single) -> None:
        raise GiveUp("no")

    monkeypatch.setattr(upkeep, "_BATCH", 2)  # several rounds
    settings = jobs_settings(keep_days=7)
    async with jobs_db.write() as tx:
        await send_many(tx, [Note(n) for n in range(5)])
        await send(tx, Single(1))
    running = await crew.worker(On(Note, handler), On(Single, broken))
    await ended(jobs_db, 6)
    await running.stop()
    async with jobs_db.write() as tx:
        await send(tx, Note(100))  # waits for ever so long
    await age(jobs_db, timedelta(days=6))
    assert (await clean_up_jobs(CleanUpJobs(), jobs_db, settings))["jobs"] == 0
    assert len(await all_jobs(jobs_db)) == 7

    await age(jobs_db, timedelta(days=2))
    async with jobs_db.write() as tx:
        await send(tx, Note(101))
        await tx.connection.execute(
            "insert into core.workers values (gen_random_uuid(), 'gone', 1, now(), now() - interval '2 days')"
        )
    gone = await clean_up_jobs(CleanUpJobs(), jobs_db, settings)

    assert (gone["jobs"], gone["dead_letters"], gone["workers"]) == (6, 1, 1)
    assert gone["queue_log"] >= 12
    assert [one.payload for one in await all_jobs(jobs_db)] == [{"number": 100}, {"number": 101}]
    assert await queue_rows(jobs_db) == [("queued", "test.note")] * 2


async def test_the_partitions_of_coming_months_are_made_and_old_ones_dropped(jobs_db, clone):
    owner = await asyncpg.connect(clone)
    await owner.execute("update core.partitioned_tables set ahead = ahead + 1")
    table = "dota2.player_matches"
    await owner.close()

    first = await maintain_partitions(MaintainPartitions(), jobs_db, PartitionRetention({}))
    second = await maintain_partitions(MaintainPartitions(), jobs_db, PartitionRetention({table: 3}))

    (made,) = [name for name in first["made"] if name.startswith(table)]
    assert first["dropped"] == []
    assert second["made"] == []
    now = Clock().now()
    kept_from = f"{table}_{now.year - (now.month <= 3)}_{(now.month - 4) % 12 + 1:02}"
    assert second["dropped"]
    assert all(name < kept_from for name in second["dropped"])
    assert f"{table}_{made[-7:-3]}_{made[-2:]}" > kept_from


async def test_the_upkeep_runs_as_jobs(start_worker, sandbox, jobs_db):
    async with jobs_db.write() as tx:
        await send_many(tx, [CleanUpJobs(), MaintainPartitions()])
    await start_worker(sandbox)
    found = {
        one.job_type: one
        for one in await ended(jobs_db, 2)
        if one.job_type in ("jobs.clean_up", "db.maintain_partitions")
    }

    assert found["db.maintain_partitions"].status == "completed"
    result: Any = found["jobs.clean_up"].result
    assert result["jobs"] == 0
