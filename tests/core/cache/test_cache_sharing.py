"""Many tasks and processes: one load, invalidation heard by all, nothing old left behind."""

import asyncio
import sys
from datetime import timedelta

import asyncpg
import pytest

from guildhall.core.cache.actions import CHANNEL, invalidate
from guildhall.core.upstream.errors import UpstreamDown
from guildhall.errors import Unavailable
from tests.core.cache.make import OWNED, THING, Source, settle

KEY = THING.key(1)


async def forget(process, *keys: str, **options):
    async with process.db.write() as tx:
        await invalidate(tx, *keys, **options)


async def quiet(condition):
    """Return when a condition of this process has come true."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 (a notification makes it true)
            await asyncio.sleep(0.005)


async def test_a_hundred_tasks_ask_the_source_once(processes, source):
    cache = (await processes.open()).cache
    source.gate = asyncio.Event()
    asking = [asyncio.create_task(cache.get(THING, KEY, source)) for _ in range(100)]
    await source.began.wait()
    source.gate.set()
    answers = await asyncio.gather(*asking)

    assert source.asked == 1
    assert len({id(answer.entry) for answer in answers}) == 1


async def test_a_caller_that_leaves_does_not_end_the_flight_for_the_others(processes, source):
    cache = (await processes.open()).cache
    source.gate = asyncio.Event()
    first, second = (asyncio.create_task(cache.get(THING, KEY, source)) for _ in range(2))
    await source.began.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    source.gate.set()

    assert (await second).tier == "source"
    assert source.asked == 1


async def test_a_flight_that_all_callers_have_left_still_fills_the_cache(processes, source):
    cache = (await processes.open()).cache
    source.gate = asyncio.Event()
    caller = asyncio.create_task(cache.get(THING, KEY, source))
    await source.began.wait()
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    source.gate.set()
    await settle(cache)

    assert (await cache.get(THING, KEY, source)).tier == "memory"


async def test_a_failure_is_told_to_all_who_wait_and_to_nobody_later(processes, source):
    cache = (await processes.open()).cache
    source.gate, source.error = asyncio.Event(), UpstreamDown(detail="down")
    asking = [asyncio.create_task(cache.get(THING, KEY, source)) for _ in range(10)]
    await source.began.wait()
    source.gate.set()
    results = await asyncio.gather(*asking, return_exceptions=True)

    assert {type(result) for result in results} == {UpstreamDown}
    assert source.asked == 1
    source.error = None
    assert (await cache.get(THING, KEY, source)).tier == "source"


@pytest.mark.parametrize("hears", [True, False], ids=["woken by the notification", "by looking"])
async def test_of_two_processes_one_asks_and_the_other_takes_what_it_stored(processes, source, hears):
    one, other = [await processes.open(hears=hears) for _ in range(2)]
    source.gate = asyncio.Event()
    asking = [asyncio.create_task(process.cache.get(THING, KEY, source)) for process in (one, other) for _ in range(50)]
    await source.began.wait()
    await asyncio.sleep(0.05)
    source.gate.set()
    answers = await asyncio.gather(*asking)

    assert source.asked == 1
    assert sorted({answer.tier for answer in answers}) == ["database", "source"]
    assert one.cache._leases._waiting == other.cache._leases._waiting == {}


async def test_when_the_one_that_asks_fails_the_other_asks(processes):
    one, other = [await processes.open() for _ in range(2)]
    failing, good = Source(processes.clock), Source(processes.clock)
    failing.gate, failing.error = asyncio.Event(), UpstreamDown(detail="down")
    first = asyncio.create_task(one.cache.get(THING, KEY, failing))
    await failing.began.wait()
    second = asyncio.create_task(other.cache.get(THING, KEY, good))
    await asyncio.sleep(0.05)
    assert good.asked == 0
    failing.gate.set()

    with pytest.raises(UpstreamDown):
        await first
    assert (await second).tier == "source"


async def test_the_lease_of_a_process_that_died_runs_out(processes, source):
    process = await processes.open()
    async with process.db.write() as tx:
        await tx.connection.execute(
            "insert into core.cache_leases values ($1, gen_random_uuid(), now() + interval '0.4 seconds')", KEY
        )

    assert (await process.cache.get(THING, KEY, source)).tier == "source"
    async with process.db.read() as tx:
        assert await tx.connection.fetchval("select count(*) from core.cache_leases") == 0


async def test_nobody_waits_longer_for_another_process_than_the_setting_says(processes, source):
    process = await processes.open(wait_seconds=0.2)
    async with process.db.write() as tx:
        await tx.connection.execute(
            "insert into core.cache_leases values ($1, gen_random_uuid(), now() + interval '1 hour')", KEY
        )
    with pytest.raises(Unavailable, match="Another process"):
        await process.cache.get(THING, KEY, source)

    assert source.asked == 0
    assert process.cache.counts["thing", "source", "failed"] == 0


async def test_what_a_process_fetched_after_its_lease_was_taken_over_replaces_nothing(processes):
    slow, quick = Source(processes.clock, b'{"n": "slow"}'), Source(processes.clock, b'{"n": "quick"}')
    one, other = [await processes.open() for _ in range(2)]
    slow.gate = asyncio.Event()
    first = asyncio.create_task(one.cache.get(THING, KEY, slow))
    await slow.began.wait()
    async with one.db.write() as tx:
        await tx.connection.execute("update core.cache_leases set expires_at = now() - interval '1 second'")
    await other.cache.get(THING, KEY, quick)
    slow.gate.set()
    await first

    assert (await one.cache.get(THING, KEY, slow)).entry.body == b'{"n": "quick"}'


CALLER = """
import asyncio, sys
from datetime import timedelta
from pathlib import Path
from guildhall.clock import Clock
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Fetched, Kind
from guildhall.core.cache.settings import CacheSettings
from guildhall.db.listen import Listener
from guildhall.db.policies import APP
from guildhall.db.pool import Database, PoolSettings

url, tally = sys.argv[1], Path(sys.argv[2])

async def load():
    with tally.open("a") as file:
        file.write("asked\\n")
    await asyncio.sleep(0.3)
    return Fetched(b'{"n": 1}', Clock().now())

async def main():
    db = await Database.open(PoolSettings(url, APP), Clock())
    cache = Cache(db, CacheSettings(_env_file=None), Clock())
    listener = Listener(url, APP)
    cache.listen(listener)
    await listener.start()
    print("ready", flush=True)
    sys.stdin.readline()
    kind = Kind("thing", ttl=timedelta(minutes=10))
    answers = await asyncio.gather(*(cache.get(kind, "thing:1", load) for _ in range(20)))
    print({answer.tier for answer in answers}.pop(), flush=True)
    await cache.close()
    await listener.stop()
    await db.close()

asyncio.run(main())
"""


@pytest.mark.slow
async def test_real_processes_ask_the_source_once(clone, tmp_path):
    tally = tmp_path / "tally"
    callers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", CALLER, clone, str(tally),
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(3)
    ]  # fmt: skip
    for caller in callers:
        assert caller.stdout is not None
        assert await caller.stdout.readline() == b"ready\n"
    for caller in callers:
        assert caller.stdin is not None
        caller.stdin.write(b"go\n")
    outputs = [(await caller.communicate())[0] for caller in callers]

    assert tally.read_text() == "asked\n"
    assert sorted(outputs) == [b"database\n", b"database\n", b"source\n"]


async def test_an_invalidated_key_is_forgotten_everywhere_and_its_neighbours_are_not(processes, source):
    one, other = [await processes.open() for _ in range(2)]
    for process in (one, other):
        for number in (1, 2):
            await process.cache.get(THING, THING.key(number), source)
    await forget(one, KEY)

    await quiet(lambda: one.cache.memory.get(KEY) is None and other.cache.memory.get(KEY) is None)
    assert (await other.cache.get(THING, KEY, source)).tier == "source"
    assert (await other.cache.get(THING, THING.key(2), source)).tier == "memory"


@pytest.mark.parametrize("prefix", ["page:1:", "page:", "page:1"])
async def test_all_keys_of_a_prefix_are_forgotten_everywhere(processes, source, prefix):
    one, other = [await processes.open() for _ in range(2)]
    for process in (one, other):
        for key in ("page:1:a", "page:1:b", "thing:1:a"):
            await process.cache.get(THING, key, source)
    await forget(one, prefixes=[prefix])

    for process in (one, other):
        await quiet(lambda process=process: process.cache.memory.get("page:1:a") is None)
        assert process.cache.memory.get("page:1:b") is None
        assert process.cache.memory.get("thing:1:a") is not None
    async with one.db.read() as tx:
        assert await tx.connection.fetch("select cache_key from core.cached_data") == [("thing:1:a",)]


async def test_an_invalidation_is_heard_only_when_its_transaction_commits(processes, source):
    process = await processes.open()
    await process.cache.get(THING, KEY, source)

    async def forget_and_fail() -> None:
        async with process.db.write() as tx:
            await invalidate(tx, KEY)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await forget_and_fail()
    await forget(process, "thing:other")  # heard after what was said before it

    await asyncio.sleep(0.05)
    assert process.cache.memory.get(KEY) is not None


async def test_more_keys_than_a_notification_holds_are_all_forgotten(processes, source):
    process = await processes.open()
    keys = [THING.key(number, "x" * 100) for number in range(100)]
    for key in keys:
        await process.cache.get(THING, key, source)
    await forget(process, *keys)

    await quiet(lambda: len(process.cache.memory) == 0)


@pytest.mark.parametrize("options", [{}, {"prefixes": ["thing:"]}], ids=["key", "prefix"])
async def test_what_was_asked_for_before_an_invalidation_stays_nowhere(processes, source, options):
    one, other = [await processes.open() for _ in range(2)]
    source.gate = asyncio.Event()
    early = asyncio.create_task(one.cache.get(THING, KEY, source))
    await source.began.wait()
    await forget(other, *(() if options else (KEY,)), **options)
    await quiet(lambda: one.cache._flights.of(KEY) is None)

    source.body = b'{"n": 2}'
    late = asyncio.create_task(one.cache.get(THING, KEY, source))  # who asks now gets what is true now
    await quiet(lambda: source.asked == 2)
    source.gate.set()

    assert (await early).entry.body == b'{"n": 1}'
    assert (await late).entry.body == b'{"n": 2}'
    assert one.cache.memory.get(KEY).body == b'{"n": 2}'
    assert (await other.cache.get(THING, KEY, source)).entry.body == b'{"n": 2}'
    assert source.asked == 2


async def test_a_process_that_does_not_hear_still_stores_nothing_from_before_an_invalidation(processes, source):
    deaf, other = await processes.open(hears=False), await processes.open()
    source.gate = asyncio.Event()
    early = asyncio.create_task(deaf.cache.get(THING, KEY, source))
    await source.began.wait()
    await forget(other, KEY)
    source.gate.set()
    await early

    async with other.db.read() as tx:
        assert await tx.connection.fetchval("select count(*) from core.cached_data") == 0
    assert deaf.cache.memory.get(KEY) is None


async def test_an_owned_kind_fetched_across_an_invalidation_is_not_kept_in_memory(processes, source):
    process = await processes.open()
    source.gate = asyncio.Event()

    async def nothing():
        return None

    early = asyncio.create_task(process.cache.get(OWNED, OWNED.key(1), source, nothing))
    await source.began.wait()
    await forget(process, OWNED.key(1), stored=False)
    source.gate.set()
    await early

    assert process.cache.memory.get(OWNED.key(1)) is None


async def test_what_was_read_from_a_packs_table_before_an_invalidation_is_not_kept_in_memory(processes, source):
    process = await processes.open()
    reading, go = asyncio.Event(), asyncio.Event()

    async def stored():
        row = await source()
        reading.set()
        await go.wait()
        return row

    early = asyncio.create_task(process.cache.get(OWNED, OWNED.key(1), source, stored))
    await reading.wait()
    await forget(process, OWNED.key(1), stored=False)
    await quiet(lambda: process.cache._flights.of(OWNED.key(1)) is None)
    go.set()

    assert (await early).tier == "database"
    assert process.cache.memory.get(OWNED.key(1)) is None


async def test_a_refresh_across_an_invalidation_does_not_bring_the_old_back(processes, source):
    process = await processes.open()
    await process.cache.get(THING, KEY, source)
    processes.clock.advance(timedelta(minutes=11))
    source.gate, source.body = asyncio.Event(), b'{"n": 2}'
    assert (await process.cache.get(THING, KEY, source)).freshness == "stale"
    await quiet(lambda: source.asked == 2)
    await forget(process, KEY)
    await quiet(lambda: process.cache.memory.get(KEY) is None)
    source.gate.set()
    await settle(process.cache)

    assert process.cache.memory.get(KEY) is None


async def test_dropping_a_key_works_at_once(processes, source):
    cache = (await processes.open()).cache
    await cache.get(THING, KEY, source)
    cache.drop(KEY)
    assert cache.memory.get(KEY) is None


async def test_after_a_lost_listener_memory_is_empty(processes, source, clone):
    process = await processes.open()
    await process.cache.get(THING, KEY, source)
    owner = await asyncpg.connect(clone)
    await owner.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name = 'guildhall-listener' and datname = current_database()"
    )
    await owner.close()

    await quiet(lambda: len(process.cache.memory) == 0)
    assert (await process.cache.get(THING, KEY, source)).tier == "database"


async def test_a_notice_that_is_none_is_passed_over(processes, source):
    process = await processes.open()
    await process.cache.get(THING, KEY, source)
    async with process.db.write() as tx:
        await tx.connection.execute("select pg_notify($1, 'forget it all')", CHANNEL)
        await tx.connection.execute("select pg_notify($1, '{\"forget\": 7}')", CHANNEL)
    await forget(process, KEY)

    await quiet(lambda: process.cache.memory.get(KEY) is None)


async def test_closing_ends_what_is_on_its_way_and_gives_the_lease_back(processes, source):
    process = await processes.open()
    source.gate = asyncio.Event()
    asking = asyncio.create_task(process.cache.get(THING, KEY, source))
    await source.began.wait()
    await process.cache.close()

    with pytest.raises(asyncio.CancelledError):
        await asking
    async with process.db.read() as tx:
        assert await tx.connection.fetchval("select count(*) from core.cache_leases") == 0
