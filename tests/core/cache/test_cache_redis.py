"""The Redis tier: shared by processes, and never missed when it is away."""

import asyncio
from datetime import timedelta

import pytest
from redis.asyncio import Redis

from guildhall.core.cache.actions import invalidate
from guildhall.core.cache.queries import forget
from guildhall.core.cache.redis import RedisTier
from tests.core.cache.make import NOW, THING, settle

pytestmark = pytest.mark.redis
KEY = THING.key(1)


@pytest.fixture
async def plain(redis):
    """A client of the test's own."""
    client = Redis.from_url(redis.url)
    yield client
    await client.aclose()


async def keys_of(plain):
    return sorted(key.decode() for key in await plain.keys("*"))


async def empty_table(process):
    """Nothing is left in the table, and nobody is told."""
    async with process.db.write() as tx:
        await forget.run(tx, [], [""])


async def test_redis_is_asked_after_memory_and_before_the_table(processes, source, redis):
    one, other = [await processes.open(redis.url) for _ in range(2)]
    first = await one.cache.get(THING, KEY, source)
    second = await other.cache.get(THING, KEY, source)
    third = await other.cache.get(THING, KEY, source)

    assert [(answer.tier, answer.freshness) for answer in (first, second, third)] == [
        ("source", "fresh"), ("redis", "fresh"), ("memory", "fresh"),
    ]  # fmt: skip
    assert second.entry.body == source.body
    assert second.entry.as_of == NOW.timestamp()
    assert one.cache.counts == {
        ("thing", "memory", "miss"): 1, ("thing", "redis", "miss"): 1, ("thing", "database", "miss"): 1,
        ("thing", "source", "hit"): 1,
    }  # fmt: skip
    assert other.cache.counts == {
        ("thing", "memory", "miss"): 1, ("thing", "redis", "hit"): 1, ("thing", "memory", "hit"): 1,
    }  # fmt: skip


async def test_an_answer_leaves_redis_when_its_stale_life_ends(processes, source, redis, plain):
    process = await processes.open(redis.url)
    await process.cache.get(THING, KEY, source)

    assert await keys_of(plain) == [f"guildhall:{KEY}"]
    assert await plain.ttl(f"guildhall:{KEY}") == pytest.approx(600 + 7 * 86400, abs=5)


async def test_a_redis_that_dies_is_a_miss_and_comes_back(processes, source, redis):
    process = await processes.open(redis.url)
    await process.cache.get(THING, KEY, source)
    await redis.kill()

    second = await process.cache.get(THING, THING.key(2), source)
    third = await (await processes.open(redis.url)).cache.get(THING, KEY, source)
    assert (second.tier, third.tier) == ("source", "database")
    tier = process.cache._redis
    assert tier.failures == 1  # asked once, then left alone
    for number in range(3, 9):
        await process.cache.get(THING, THING.key(number), source)
    assert tier.failures == 1

    await redis.start()
    processes.clock.advance(timedelta(seconds=6))
    await process.cache.get(THING, THING.key(10), source)
    fresh = await (await processes.open(redis.url)).cache.get(THING, THING.key(10), source)
    assert (fresh.tier, tier.failures) == ("redis", 1)


@pytest.mark.parametrize("garbage", [b"garbage", b"", b"\x94\xc8\x01", b"\x93\x01\x02\x03", b"[200, 1, 2, 3]"])
async def test_what_cannot_be_read_in_redis_is_a_miss(processes, source, redis, plain, garbage):
    await plain.set(f"guildhall:{KEY}", garbage)
    process = await processes.open(redis.url)

    assert (await process.cache.get(THING, KEY, source)).tier == "source"
    again = await (await processes.open(redis.url)).cache.get(THING, KEY, source)
    assert again.tier == "redis"


async def test_a_key_of_another_type_in_redis_is_a_miss(processes, source, redis, plain):
    await plain.rpush(f"guildhall:{KEY}", "a", "list")
    process = await processes.open(redis.url)

    assert (await process.cache.get(THING, KEY, source)).tier == "source"


async def test_an_invalidated_key_and_prefix_are_forgotten_in_redis(processes, source, redis, plain):
    process = await processes.open(redis.url)
    for key in ("page:1:a", "page:1:b", "page:11:a", "pa*e:1:c", "thing:1", "thing:2"):
        await process.cache.get(THING, key, source)
    async with process.db.write() as tx:
        await invalidate(tx, "thing:1", prefixes=["page:1:", "pa*"])

    left = ["guildhall:page:11:a", "guildhall:thing:2"]
    async with asyncio.timeout(10):
        while await keys_of(plain) != left:  # noqa: ASYNC110 (a notification makes it true)
            await asyncio.sleep(0.01)


async def test_what_was_asked_for_before_an_invalidation_does_not_reach_redis(processes, source, redis, plain):
    process = await processes.open(redis.url)
    source.gate = asyncio.Event()
    early = asyncio.create_task(process.cache.get(THING, KEY, source))
    await source.began.wait()
    async with process.db.write() as tx:
        await invalidate(tx, KEY)
    source.gate.set()
    await early
    await settle(process.cache)

    assert await keys_of(plain) == []


async def test_redis_that_is_older_than_the_table_does_not_win(processes, source, redis, plain):
    process = await processes.open(redis.url)
    await process.cache.get(THING, KEY, source)
    old = await plain.get(f"guildhall:{KEY}")
    processes.clock.advance(timedelta(minutes=11))
    source.body = b'{"n": 2}'
    await process.cache.get(THING, KEY, source)
    await settle(process.cache)
    await plain.set(f"guildhall:{KEY}", old)

    answer = await (await processes.open(redis.url)).cache.get(THING, KEY, source)

    assert (answer.tier, answer.freshness, answer.entry.body) == ("database", "fresh", b'{"n": 2}')


async def test_redis_that_is_younger_than_the_table_stands_in_for_it(processes, source, redis):
    process = await processes.open(redis.url)
    await process.cache.get(THING, KEY, source)
    await empty_table(process)
    processes.clock.advance(timedelta(minutes=11))

    answer = await (await processes.open(redis.url)).cache.get(THING, KEY, source)

    assert (answer.tier, answer.freshness) == ("redis", "stale")


async def test_after_lost_notifications_what_redis_knew_before_is_not_believed(processes, source, redis):
    process = await processes.open(redis.url)
    await process.cache.get(THING, KEY, source)
    async with process.db.write() as tx:  # another process' invalidation, which nobody hears
        await forget.run(tx, [KEY], [])
    processes.clock.advance(timedelta(seconds=1))
    source.body = b'{"n": 2}'
    process.cache._missed()

    assert (await process.cache.get(THING, KEY, source)).entry.body == b'{"n": 2}'
    process.cache.memory.clear()
    assert (await process.cache.get(THING, KEY, source)).tier == "redis"


async def test_a_redis_that_is_not_there_says_so_when_asked():
    tier = RedisTier("redis://127.0.0.1:1", 60)
    with pytest.raises(OSError, match="refused"):
        await tier.ping()
    await tier.forget(["a"], 100.0)
    await tier.forget_prefix("a", 100.0)
    assert tier.failures == 1
    await tier.close()
