"""A person makes no more requests than the limit and what the processes may let through untold."""

import asyncio
import itertools
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guildhall.core.limits.ledger import Counted, DatabaseLedger, LedgerAway
from guildhall.core.limits.redis_ledger import RedisLedger
from guildhall.ids import UserId
from tests.core.boards.make import add_people
from tests.core.cache.conftest import RedisServer, redis  # noqa: F401 (a fixture)
from tests.core.limits import make

WINDOW = 60
asks = st.tuples(st.just("ask"), st.integers(0, 2), st.integers(1, 30))
tells = st.tuples(st.just("tell"), st.integers(0, 2))
waits = st.tuples(st.just("wait"), st.sampled_from([0.5, 1.0, 7.0, 20.0, 59.5, 60.0, 61.0]))
jumps = st.tuples(st.just("jump"), st.sampled_from([-1.0, -30.0, -59.0]))
limits = st.tuples(st.sampled_from([1, 5, 20, 50]), st.sampled_from([1, 10, 40]))


class Played:
    """What happened in a history: what was let through and when, and the windows that the ledger has begun."""

    def __init__(self, free: int, percent: int, count: int) -> None:
        self.free = free
        self.untold = count * max(1, free * percent // 100)
        self.passed: list[tuple[int, float]] = []
        """The step and the time of each request that was let through."""
        self.windows: list[tuple[int, float]] = []
        """The step at which each window was seen first, and its beginning. One may begin when another one did."""


async def play(clone: str, db: Any, user: UserId, count: int, steps: list[tuple[Any, ...]], limit: Any) -> Played:
    """Play a history of requests at several processes."""
    free, percent = limit
    found = Played(free, percent, count)
    connection = await asyncpg.connect(clone)
    try:
        async with make.processes(db, count, free=free, seconds=WINDOW, unsynced_percent=percent) as running:
            for number, step in enumerate(steps):
                if step[0] == "ask":
                    for _ in range(step[2]):
                        if await running.ask(step[1] % count, user):
                            found.passed.append((number, running.clock.seconds))
                elif step[0] == "tell":
                    await running.made[step[1] % count].flush()
                elif step[0] == "wait":
                    running.clock.seconds += step[1]
                else:
                    running.clock.ahead += step[1]
                start = await connection.fetchval(
                    "select window_start from core.api_rate_limits where user_id = $1", user
                )
                if start is not None:
                    begun = (start - make.NOON).total_seconds()
                    if not found.windows or found.windows[-1][1] != begun:
                        found.windows.append((number, begun))
    finally:
        await connection.close()
    return found


async def histories(clone: str, db: Any, step: Any, check: Any, examples: int) -> None:
    loop = asyncio.get_running_loop()
    names = (f"p{n}" for n in itertools.count())

    async def one(history: list[tuple[Any, ...]], limit: Any) -> None:
        (user,) = (await add_people(clone, [next(names)])).values()
        check(await play(clone, db, user, 2, history, limit))

    @settings(max_examples=examples, suppress_health_check=list(HealthCheck))
    @given(st.lists(step, min_size=4, max_size=30), limits)
    def run(history: list[tuple[Any, ...]], limit: Any) -> None:
        asyncio.run_coroutine_threadsafe(one(history, limit), loop).result()

    await asyncio.to_thread(run)


@pytest.mark.slow
async def test_two_processes_let_through_the_limit_and_what_is_untold_at_most(clone, db):
    def check(found: Played) -> None:
        for _, start in found.windows:
            within = sum(start <= at < start + WINDOW for _, at in found.passed)
            assert within <= found.free + found.untold

    await histories(clone, db, st.one_of(asks, asks, tells, waits), check, 60)


@pytest.mark.slow
async def test_a_clock_of_the_ledger_that_goes_back_gives_nobody_another_window(clone, db):
    def check(found: Played) -> None:
        begun = [number for number, _ in found.windows]
        for first, behind in itertools.pairwise([*begun, 10**9]):
            # untold at the end of the window, and untold again before the next one has begun at the ledger
            assert sum(first <= number < behind for number, _ in found.passed) <= found.free + 2 * found.untold

    await histories(clone, db, st.one_of(asks, asks, tells, waits, jumps), check, 60)


@pytest.fixture
async def user(clone) -> UserId:
    return (await add_people(clone, ["ann"]))["ann"]


async def test_exactly_the_limit_passes_at_one_process(db, user):
    async with make.processes(db, 1, free=10) as running:
        passed = [await running.ask(0, user) for _ in range(15)]

        assert passed == [True] * 10 + [False] * 5
        running.clock.seconds += 60
        assert await running.ask(0, user)


async def test_what_one_process_was_told_counts_at_another(db, user):
    async with make.processes(db, 2, free=40, unsynced_percent=10) as running:
        assert all([await running.ask(0, user) for _ in range(40)])
        at_other = [await running.ask(1, user) for _ in range(20)]

        assert at_other.count(True) <= 4
        assert not at_other[-1]


async def test_without_the_ledger_each_process_limits_by_its_own_count(db, user):
    async with make.processes(db, 2, free=10) as running:
        running.outage.begun = True
        alone = [[await running.ask(process, user) for _ in range(12)] for process in (0, 1)]
        running.clock.seconds += 61
        next_window = [await running.ask(0, user) for _ in range(12)]
        assert running.made[0].away
        running.outage.begun = False
        for one in running.made:
            await one.flush()
        back = await running.ask(1, user)

        assert [passed.count(True) for passed in alone] == [10, 10]
        assert next_window.count(True) == 10
        assert not running.made[0].away
        assert not back  # what the other one counted meanwhile is known


async def test_a_database_that_hangs_is_waited_for_no_longer_than_the_setting_says(db, user):
    ledger = DatabaseLedger(db, 0.2)
    async with db.write() as holder:
        await holder.connection.execute("lock table core.api_rate_limits in access exclusive mode")
        async with make.processes(db, 1, free=10, ledger=ledger) as running:
            assert await running.ask(0, user)
            assert await running.ask(0, user)  # has to be told of the first, in vain
            assert running.made[0].away
            await holder.connection.execute("rollback")
            await holder.connection.execute("begin")


async def test_many_requests_at_once_are_told_together_and_nobody_is_forgotten(clone, db):
    people = list((await add_people(clone, [f"p{n}" for n in range(20)])).values())
    async with make.processes(db, 2, free=30, unsynced_percent=10) as running:
        passed = await asyncio.gather(*(running.ask(n % 2, person) for person in people for n in range(60)))
        by_person = [sum(passed[at * 60 : at * 60 + 60]) for at in range(20)]
        await asyncio.gather(*(one.flush() for one in running.made))
        told = sum(one.told for one in running.made)

    connection = await asyncpg.connect(clone)
    stored = await connection.fetch("select requests_made from core.api_rate_limits")
    await connection.close()
    assert all(30 <= count <= 36 for count in by_person)
    assert sorted(row["requests_made"] for row in stored) == sorted(by_person)
    assert told < sum(by_person)


async def test_somebody_who_is_deleted_meanwhile_spoils_nobodys_count(clone, db):
    people = await add_people(clone, ["ann", "bert", "cleo"])
    async with make.processes(db, 1, free=100, unsynced_percent=50) as running:
        for person in people.values():
            await running.ask(0, person)
        connection = await asyncpg.connect(clone)
        await connection.execute("delete from core.users where id = $1", people["bert"])
        await running.made[0].flush()
        stored = await connection.fetch("select user_id, requests_made from core.api_rate_limits")
        await connection.close()

    assert {row["user_id"]: row["requests_made"] for row in stored} == {people["ann"]: 1, people["cleo"]: 1}
    assert not running.made[0].away


async def test_a_premium_account_has_the_higher_limit_once_that_is_known(clone, db, user):
    connection = await asyncpg.connect(clone)
    await connection.execute("update core.users set subscription_tier = 'premium' where id = $1", user)
    await connection.close()
    async with make.processes(db, 1, free=4, premium=9, unsynced_percent=50) as running:
        passed = [await running.ask(0, user) for _ in range(12)]

        assert passed.count(True) == 9


async def test_windows_that_are_over_are_forgotten_in_memory(clone, db):
    people = list((await add_people(clone, [f"p{n}" for n in range(5)])).values())
    async with make.processes(db, 1, free=100) as running:
        for person in people:
            await running.ask(0, person)
        await running.made[0].flush()
        running.clock.seconds += 3600
        await running.ask(0, people[0])
        await running.made[0].flush()

        assert [key[0] for key in running.made[0]._allowances] == [people[0].bytes]


@pytest.mark.redis
async def test_redis_adds_up_over_processes_and_a_dead_one_is_done_without(db, user, redis: RedisServer):  # noqa: F811
    ledger = RedisLedger(redis.url, 0.5)
    async with make.processes(db, 2, free=20, seconds=3600, ledger=ledger, unsynced_percent=10) as running:
        passed = [await running.ask(n % 2, user) for n in range(40)]
        await redis.kill()
        with pytest.raises(LedgerAway):
            await ledger.add([])
        running.clock.seconds += 3601
        alone = [await running.ask(0, user) for _ in range(25)]
        away = running.made[0].away
        await redis.start()
        await running.made[0].flush()

        assert 20 <= passed.count(True) <= 24
        # two requests were not told yet, and count in the new window
        assert 18 <= alone.count(True) <= 20
        assert (away, running.made[0].away) == (True, False)
        await ledger.close()


@pytest.mark.redis
async def test_a_window_in_redis_ends_by_itself(user, redis: RedisServer):  # noqa: F811
    ledger = RedisLedger(redis.url, 0.5)
    first, again = [(await ledger.add([Counted(user, "things", n, 1)]))[0] for n in (2, 3)]
    later = again
    async with asyncio.timeout(20):
        while later is not None and later.made > 1:
            await asyncio.sleep(0.1)
            (later,) = await ledger.add([Counted(user, "things", 1, 1)])
    await ledger.close()

    assert first is not None
    assert again is not None
    assert (first.made, again.made) == (2, 5)
    assert 0 < again.seconds_left <= 1
