"""The tiers in their order: what is fresh, stale, negative, and what outlives a restart."""

import asyncio
from collections import Counter
from datetime import timedelta

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guildhall.clock import SetClock
from guildhall.core.cache import jobs as upkeep
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.jobs import purge_cache
from guildhall.core.cache.messages import PurgeCache
from guildhall.core.cache.queries import cache_counts
from guildhall.core.cache.schemas import Fetched
from guildhall.core.upstream.errors import UpstreamDown
from guildhall.errors import DatabaseUnavailable
from tests.core.cache.make import NOW, OWNED, THING, Source, cache_settings, settle

KEY = THING.key(1)


async def stored_keys(db):
    async with db.read() as tx:
        rows = await tx.connection.fetch("select cache_key from core.cached_data order by cache_key")
    return [row["cache_key"] for row in rows]


async def leases(db):
    async with db.read() as tx:
        return await tx.connection.fetchval("select count(*) from core.cache_leases")


async def test_an_answer_comes_from_the_source_then_from_memory_then_from_the_table(processes, source):
    one = await processes.open()
    first = await one.cache.get(THING, KEY, source)
    second = await one.cache.get(THING, KEY, source)
    other = await processes.open()
    third = await other.cache.get(THING, KEY, source)
    fourth = await other.cache.get(THING, KEY, source)

    assert [(answer.tier, answer.freshness) for answer in (first, second, third, fourth)] == [
        ("source", "fresh"), ("memory", "fresh"), ("database", "fresh"), ("memory", "fresh"),
    ]  # fmt: skip
    assert {answer.entry.body for answer in (first, second, third, fourth)} == {source.body}
    assert source.asked == 1
    assert one.cache.counts == {
        ("thing", "memory", "miss"): 1, ("thing", "database", "miss"): 1, ("thing", "source", "hit"): 1,
        ("thing", "memory", "hit"): 1,
    }  # fmt: skip
    assert other.cache.counts == {
        ("thing", "memory", "miss"): 1, ("thing", "database", "hit"): 1, ("thing", "memory", "hit"): 1,
    }  # fmt: skip
    assert set(one.cache.waited) == {("thing", "database"), ("thing", "source")}
    assert await leases(one.db) == 0


async def test_the_stored_bytes_outlive_everything_as_they_were(processes, source):
    source.body = '{"b" : [1.0,  1e3], "a":"é\\u0041",\n"a": null}'.encode()
    process = await processes.open()
    await process.cache.get(THING, KEY, source)
    await process.cache.close()
    await process.db.close()

    again = await (await processes.open()).cache.get(THING, KEY, source)

    assert (again.tier, again.entry.body, again.entry.as_of) == ("database", source.body, NOW.timestamp())


async def test_a_stale_answer_is_served_at_once_and_refreshed_once(processes, source):
    cache = (await processes.open()).cache
    await cache.get(THING, KEY, source)
    processes.clock.advance(timedelta(minutes=11))
    source.body, source.gate = b'{"n": 2}', asyncio.Event()

    answers = await asyncio.gather(*(cache.get(THING, KEY, source) for _ in range(50)))
    source.gate.set()
    await settle(cache)
    after = await cache.get(THING, KEY, source)

    assert {(answer.tier, answer.freshness, answer.entry.body) for answer in answers} == {
        ("memory", "stale", b'{"n": 1}')
    }
    assert (after.freshness, after.entry.body) == ("fresh", b'{"n": 2}')
    assert source.asked == 2


async def test_a_stale_answer_of_the_table_is_served_at_once_and_refreshed_behind(processes, source):
    await (await processes.open()).cache.get(THING, KEY, source)
    processes.clock.advance(timedelta(minutes=11))
    source.body, source.gate = b'{"n": 2}', asyncio.Event()
    cache = (await processes.open()).cache

    answers = await asyncio.gather(*(cache.get(THING, KEY, source) for _ in range(20)))
    assert {(answer.tier, answer.freshness) for answer in answers} == {("database", "stale")}
    source.gate.set()
    await settle(cache)

    assert (await cache.get(THING, KEY, source)).entry.body == b'{"n": 2}'
    assert source.asked == 2


async def test_an_answer_past_its_stale_life_waits_for_the_source(processes, source):
    cache = (await processes.open()).cache
    await cache.get(THING, KEY, source)
    processes.clock.advance(timedelta(minutes=71))
    source.body = b'{"n": 2}'

    answer = await cache.get(THING, KEY, source)

    assert (answer.tier, answer.freshness, answer.entry.body) == ("source", "fresh", b'{"n": 2}')


async def test_no_more_refreshes_run_at_once_than_the_setting_says(processes):
    cache = (await processes.open(refreshes=3)).cache
    sources, gate = [Source(processes.clock) for _ in range(10)], asyncio.Event()
    for number, source in enumerate(sources):
        await cache.get(THING, THING.key(number), source)
        source.gate = gate
    processes.clock.advance(timedelta(minutes=11))

    answers = [await cache.get(THING, THING.key(number), source) for number, source in enumerate(sources)]
    while sum(source.asked == 2 for source in sources) < 3:  # noqa: ASYNC110 (a source has no event for it)
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    assert {answer.freshness for answer in answers} == {"stale"}
    assert sum(source.asked == 2 for source in sources) == 3
    gate.set()
    await settle(cache)
    for number, source in enumerate(sources):
        await cache.get(THING, THING.key(number), source)
        await settle(cache)
    assert [source.asked for source in sources] == [2] * 10


@pytest.mark.parametrize("age", [timedelta(minutes=11), timedelta(minutes=75), timedelta(days=400)])
async def test_while_the_source_is_down_what_is_there_is_served_however_old(processes, source, age):
    cache = (await processes.open()).cache
    await cache.get(THING, KEY, source)
    processes.clock.advance(age)
    source.error = UpstreamDown(detail="down")

    seen = []
    for _ in range(6):
        seen.append((await cache.get(THING, KEY, source)).freshness)
        await settle(cache)

    assert source.asked == 2  # asked again only after a while
    assert seen[1:] == ["stale-on-error"] * 5
    waits = []
    for _ in range(6):
        entry = cache.memory.get(KEY)
        waits.append(entry.retry_at - processes.clock.timestamp())
        processes.clock.advance(timedelta(seconds=waits[-1] + 0.001))
        assert (await cache.get(THING, KEY, source)).entry.body == b'{"n": 1}'
        await settle(cache)
    assert source.asked == 8
    for number, wait in enumerate(waits):
        assert min(2 * 2**number, 60) * 0.49 <= wait <= min(2 * 2**number, 60)

    source.error, source.body = None, b'{"n": 2}'
    processes.clock.advance(timedelta(minutes=2))
    await cache.get(THING, KEY, source)
    await settle(cache)
    assert (await cache.get(THING, KEY, source)).entry.body == b'{"n": 2}'


async def test_without_anything_known_the_sources_failure_is_told_and_nothing_kept(processes, source):
    process = await processes.open()
    for error in (UpstreamDown(detail="down"), ValueError("a bug"), KeyError("x")):
        source.error = error
        with pytest.raises(type(error)):
            await process.cache.get(THING, KEY, source)
        assert len(process.cache.memory) == 0
        assert await stored_keys(process.db) == []
        assert await leases(process.db) == 0
    source.error = None

    assert (await process.cache.get(THING, KEY, source)).freshness == "fresh"
    assert process.cache.counts["thing", "source", "failed"] == 3


async def test_a_bug_in_a_loader_does_not_take_away_what_is_known(processes, source):
    cache = (await processes.open()).cache
    await cache.get(THING, KEY, source)
    processes.clock.advance(timedelta(hours=3))
    source.error = KeyError("profile")

    assert (await cache.get(THING, KEY, source)).freshness == "stale-on-error"
    assert (await cache.get(THING, KEY, source)).freshness == "stale-on-error"
    assert source.asked == 2


@pytest.mark.parametrize("body", [b"<html>", b'{"n": 1', b""])
async def test_what_is_no_json_is_refused_and_kept_nowhere(processes, source, body):
    process = await processes.open()
    source.body = body

    with pytest.raises(asyncpg.DataError):
        await process.cache.get(THING, KEY, source)

    assert len(process.cache.memory) == 0
    assert await stored_keys(process.db) == []
    assert await leases(process.db) == 0


async def test_a_negative_answer_is_believed_for_a_short_time(processes, source):
    source.status, source.body = 404, b"null"
    one = await processes.open(negative_seconds=60)
    other = await processes.open(negative_seconds=60)

    answers = [await process.cache.get(THING, KEY, source) for process in (one, one, other)]
    assert [(answer.tier, answer.entry.status) for answer in answers] == [
        ("source", 404), ("memory", 404), ("database", 404),
    ]  # fmt: skip
    assert one.cache.counts["thing", "source", "negative"] == 1

    processes.clock.advance(timedelta(seconds=61))
    source.status, source.body = 200, b'{"n": 1}'
    found = await one.cache.get(THING, KEY, source)
    assert (found.tier, found.entry.status) == ("source", 200)  # and no stale 404 before it


async def test_a_source_may_say_how_long_its_answer_lives(processes, source):
    cache = (await processes.open()).cache
    source.ttl = timedelta(seconds=5)
    assert (await cache.get(THING, KEY, source)).entry.expires_at == (NOW + timedelta(seconds=5)).timestamp()
    source.ttl = timedelta(0)
    other = await cache.get(THING, THING.key(2), source)
    assert other.entry.expires_at == NOW.timestamp()


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.floats(0, 0.5), st.timedeltas(timedelta(seconds=1), timedelta(days=30)))
def test_lifetimes_are_spread_within_the_jitter_and_never_longer(jitter, lives):
    cache = Cache(None, cache_settings(jitter=jitter), SetClock(NOW))  # type: ignore[arg-type]
    for _ in range(20):
        spread = cache._spread(lives)
        assert lives * (1 - jitter) - timedelta(microseconds=1) <= spread <= lives


class OwnTable:
    """A pack's own table of one row."""

    def __init__(self) -> None:
        self.row: Fetched | None = None

    async def __call__(self) -> Fetched | None:
        return self.row


async def test_a_packs_own_table_is_the_durable_tier_for_as_long_as_its_rows_count(processes, source):
    table = OwnTable()

    async def load():
        fetched = await source()
        table.row = fetched
        return fetched

    one = await processes.open()
    key = OWNED.key(1)
    first = await one.cache.get(OWNED, key, load, table)
    assert (first.tier, await stored_keys(one.db)) == ("source", [])

    processes.clock.advance(timedelta(minutes=90))  # old for an answer, fresh for a row
    second = await (await processes.open()).cache.get(OWNED, key, load, table)
    assert (second.tier, second.freshness, source.asked) == ("database", "fresh", 1)
    assert second.entry.expires_at == (processes.clock.now() + timedelta(minutes=10)).timestamp()

    processes.clock.advance(timedelta(minutes=25))
    third = await (await processes.open()).cache.get(OWNED, key, load, table)
    assert third.entry.expires_at == (NOW + timedelta(hours=2)).timestamp()  # never longer than the row counts

    processes.clock.advance(timedelta(minutes=10))
    cache = (await processes.open()).cache
    fourth = await cache.get(OWNED, key, load, table)
    assert (fourth.tier, fourth.freshness) == ("database", "stale")
    await settle(cache)
    assert source.asked == 2


async def test_a_negative_answer_of_an_owned_kind_is_kept_beside_the_table(processes, source):
    table = OwnTable()
    source.status, source.body = 404, b"null"
    one = await processes.open()
    await one.cache.get(OWNED, OWNED.key(1), source, table)

    known = await (await processes.open()).cache.get(OWNED, OWNED.key(1), source, table)
    assert (known.tier, known.entry.status, source.asked) == ("database", 404, 1)
    table.row = Fetched(b'{"n": 7}', processes.clock.now())
    there = await (await processes.open()).cache.get(OWNED, OWNED.key(1), source, table)
    assert (there.entry.status, there.entry.body) == (200, b'{"n": 7}')


async def test_without_a_database_memory_still_serves_and_the_rest_is_told(processes, source, outage):
    process = await processes.open()
    await process.cache.get(THING, KEY, source)
    await outage.begin()
    processes.clock.advance(timedelta(hours=3))

    assert (await process.cache.get(THING, KEY, source)).freshness == "stale-on-error"
    with pytest.raises(DatabaseUnavailable):
        await process.cache.get(THING, THING.key(2), source)
    assert source.asked == 1

    await outage.end()
    assert (await process.cache.get(THING, THING.key(2), source)).tier == "source"


async def test_an_answer_that_cannot_be_stored_is_served_all_the_same(processes, source, outage):
    process = await processes.open()

    async def load():
        await outage.begin()
        return await source()

    assert (await process.cache.get(THING, KEY, load)).tier == "source"
    assert (await process.cache.get(THING, KEY, load)).tier == "memory"
    await outage.end()
    assert await stored_keys(process.db) == []


async def test_without_memory_every_answer_comes_from_the_table(processes, source):
    cache = (await processes.open(memory_mb=0)).cache
    tiers = [(await cache.get(THING, KEY, source)).tier for _ in range(3)]
    assert (tiers, source.asked) == (["source", "database", "database"], 1)


async def test_the_purge_deletes_in_batches_what_is_past_its_stale_life(processes, source, monkeypatch, jobs_db):
    monkeypatch.setattr(upkeep, "_BATCH", 4)
    process = await processes.open()
    for number in range(10):
        await process.cache.get(THING, THING.key(number), source)
    async with process.db.write() as tx:
        for number in range(9):
            days = 8 if number < 7 else 6
            await tx.connection.execute(
                "update core.cached_data set expires_at = now() - $2 * interval '1 day' where cache_key = $1",
                THING.key(number), float(days),
            )  # fmt: skip
        await tx.connection.execute("update core.cached_data set expires_at = now() + interval '1 hour'"
                                    " where cache_key = $1", THING.key(9))  # fmt: skip
        await tx.connection.execute(
            "insert into core.cache_leases values ('old', gen_random_uuid(), now() - interval '2 hours'),"
            " ('new', gen_random_uuid(), now())"
        )

    report = await purge_cache(PurgeCache(), jobs_db, cache_settings(stale_days=7))

    assert report == {"deleted": 7}
    assert await stored_keys(process.db) == [THING.key(number) for number in (7, 8, 9)]
    async with process.db.read() as tx:
        (count,) = await cache_counts.many(tx, tx.now)
    assert (count.kind, count.answers) == ("thing", 3)
    assert await leases(process.db) == 1


def test_keys_are_of_their_kind():
    assert Counter([THING.key(1, "a"), THING.key()]) == Counter(["thing:1:a", "thing"])
