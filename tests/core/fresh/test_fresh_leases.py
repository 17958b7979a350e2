"""Several workers on the same rows: no key is refreshed twice at once, and none is lost with its worker."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from guildhall.clock import Clock, SetClock
from guildhall.core.fresh.keeper import Round
from guildhall.core.fresh.messages import RefreshDue
from guildhall.core.fresh.queries import claims
from guildhall.core.jobs.actions import send
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.ids import uuid7
from guildhall.packs.dota2.sandbox import FAULTS, Fault, FaultMode, player_ids
from guildhall.packs.dota2.tracking.kept import PLAYERS
from tests.core.fresh import make
from tests.core.fresh.make import HOUR, NAME
from tests.core.jobs.make import start_process, until


class Refreshes:
    """Who is refreshed now and how often; a key that is refreshed twice at once is remembered."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.now: set[str] = set()
        self.twice: set[str] = set()


async def refresh(key: str, seen: Refreshes) -> None:
    """Take a moment."""
    if key in seen.now:
        seen.twice.add(key)
    seen.now.add(key)
    seen.count[key] += 1
    await asyncio.sleep(0.01)
    seen.now.discard(key)


@pytest.fixture
async def other_db(clone) -> AsyncIterator[Database]:
    opened = await Database.open(PoolSettings(clone, JOBS), Clock())
    yield opened
    await opened.close()


async def test_two_workers_share_what_is_due(jobs_db, other_db):
    fresh, seen = make.declared(refresh=refresh, gone=None), Refreshes()
    await make.keep(jobs_db, fresh, {f"key {n}": HOUR for n in range(200)})

    done = await asyncio.gather(
        *(make.keeper(db, fresh, seen, batch=7).round(NAME) for db in (jobs_db, other_db, jobs_db, other_db))
    )

    assert seen.twice == set()
    assert len(seen.count) == seen.count.total() == sum(one.refreshed for one in done) == 200
    assert min(one.refreshed for one in done) > 0


async def test_workers_whose_clocks_differ_take_no_key_from_each_other(clone):
    fresh, seen = make.declared(refresh=refresh, gone=None), Refreshes()
    clocks = [SetClock(datetime.now(UTC) + by) for by in (-HOUR, timedelta(0), 2 * HOUR)]
    dbs = [await Database.open(PoolSettings(clone, JOBS), clock) for clock in clocks]
    await make.keep(dbs[1], fresh, {f"key {n}": 3 * HOUR for n in range(60)})

    for _ in range(3):
        await asyncio.gather(
            *(
                make.keeper(db, fresh, seen, clock=clock, batch=7).round(NAME)
                for db, clock in zip(dbs, clocks, strict=True)
            )
        )

    for db in dbs:
        await db.close()
    assert seen.twice == set()
    assert len(seen.count) == 60
    assert max(seen.count.values()) <= len(clocks)  # the one that is ahead finds them due once more


async def test_the_keys_of_a_dead_worker_come_back_with_their_lease_and_in_their_place(jobs_db, other_db):
    fresh, seen = make.declared(refresh=refresh, gone=None, at_once=1), Refreshes()
    await make.keep(jobs_db, fresh, {"a": 3 * HOUR, "b": 2 * HOUR, "c": HOUR})
    async with jobs_db.write() as tx:  # the worker dies with two keys
        taken = await claims.claim.many(tx, NAME, tx.now, 2, False, uuid7(), 90.0)
    keeper = make.keeper(other_db, fresh, seen)

    assert [row.key for row in taken] == ["a", "b"]
    assert (await keeper.round(NAME)).refreshed == 1
    async with jobs_db.read() as tx:
        assert await claims.due_names.many(tx, [NAME], tx.now) == []
    await make.execute(jobs_db, "update core.fresh_rows set leased_until = now() where leased_until is not null")
    async with jobs_db.read() as tx:
        assert await claims.due_names.many(tx, [NAME], tx.now) == [NAME]
    assert (await keeper.round(NAME)).refreshed == 2
    assert list(seen.count) == ["c", "a", "b"]


async def test_a_worker_that_was_thought_dead_does_not_end_anothers_batch(jobs_db):
    fresh = make.declared(refresh=refresh, gone=None)
    await make.keep(jobs_db, fresh, {"a": HOUR})
    first, second = uuid7(), uuid7()
    async with jobs_db.write() as tx:
        await claims.claim.many(tx, NAME, tx.now, 1, False, first, 0.0)
    async with jobs_db.write() as tx:
        assert len(await claims.claim.many(tx, NAME, tx.now, 1, False, second, 60.0)) == 1
        touched = await claims.finish.many(tx, NAME, tx.now, [first], ["a"], [None], ["refreshed"], [tx.now], [None])
        dropped = await claims.drop.run(tx, NAME, first, ["a"], [tx.now])

    assert (touched, dropped) == ([], 0)
    assert (await make.state(jobs_db, fresh, "a")).leased_until is not None
    assert await make.keeper(jobs_db, fresh, Refreshes()).round(NAME) == Round()


async def test_a_row_that_somebody_has_locked_is_passed_over(jobs_db, other_db):
    fresh, seen = make.declared(refresh=refresh, gone=None), Refreshes()
    await make.keep(jobs_db, fresh, {"a": 2 * HOUR, "b": HOUR})
    async with jobs_db.write() as tx:
        await tx.connection.execute("select from core.fresh_rows where key = 'a' for update")
        assert (await make.keeper(other_db, fresh, seen).round(NAME)).refreshed == 1

    assert list(seen.count) == ["b"]


@pytest.mark.slow
async def test_the_players_of_a_worker_that_is_killed_in_the_middle_are_synced_by_another(
    clone, jobs_db, sandbox, start_worker
):
    players = player_ids(sandbox.options)[:3]
    sandbox.app[FAULTS].set(Fault(FaultMode.HANG, path="/players/.*/(matches|recentMatches)"))
    async with jobs_db.write() as tx:
        await PLAYERS.keep(tx, *players)
        await send(tx, RefreshDue())
    process = await start_process(clone, sandbox)

    async def in_the_middle() -> bool:
        return bool(sandbox.app[FAULTS].view().hits > 2)

    try:
        await until(in_the_middle, 60)
    finally:
        process.kill()
        await process.wait()
    sandbox.app[FAULTS].clear()
    async with jobs_db.read() as tx:
        held = await tx.connection.fetch("select due_at = kept_since from core.fresh_rows where leased_until > now()")
    assert [row[0] for row in held] == [True] * 3
    # Two minutes later.
    await make.execute(jobs_db, "update core.fresh_rows set leased_until = now()")

    worker = await start_worker(sandbox)
    await worker.idle()

    async with jobs_db.read() as tx:
        rows = await tx.connection.fetch("select failures, refreshed_at is not null, leased_until from core.fresh_rows")
        jobs = await tx.connection.fetch("select job_type, status from core.jobs where job_type like 'fresh%'")
        matches = await tx.connection.fetchval("select count(distinct account_id) from dota2.player_matches")
    assert [tuple(row) for row in rows] == [(0, True, None)] * 3
    assert {tuple(job) for job in jobs} == {("fresh.refresh_due", "completed"), ("fresh.refresh_kept", "completed")}
    assert matches == 3
