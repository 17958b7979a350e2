"""The copy in Redis: flushed, evicted, restored from a backup, dead, left alone. It never answers wrongly."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from guildhall.core.boards import copying
from guildhall.core.boards.declaration import Board
from guildhall.core.boards.follower import BoardFollower
from guildhall.core.boards.mirror import Element, NoMirror
from guildhall.core.boards.queries import counts, windows
from guildhall.core.boards.redis_mirror import RedisMirror
from guildhall.core.boards.schemas import Score, Window
from guildhall.core.boards.standings import Standings
from guildhall.db.pool import Database
from tests.core.boards import make
from tests.core.boards.arcade import ITEMS, open_arcade
from tests.core.cache.conftest import RedisServer, redis  # noqa: F401 (a fixture)

pytestmark = pytest.mark.redis
BOARD = Board("test.board", title="")


class Process:
    """The boards of a web process, with a follower that works when it is told."""

    def __init__(self, db: Database, mirror: RedisMirror, plain: "Redis") -> None:
        self.db = db
        self.mirror = mirror
        self.plain = plain
        self.answers = Standings(db, mirror)
        self.follower = BoardFollower(db, make.chosen(), mirror, self.answers)

    async def window(self) -> Window:
        """The board's list."""
        async with self.db.read() as tx:
            return await windows.window.one(tx, BOARD.name, "all", "")

    async def set(self, **scores: int) -> None:
        """Set scores."""
        async with self.db.write() as tx:
            await BOARD.set_many(tx, [Score(member, score) for member, score in scores.items()])

    async def ranks(self) -> tuple[list[str], str]:
        """The members in order, and who said it."""
        before = self.answers.answered.copy()
        part = await self.answers.page(await self.window(), b"", 500)
        assert part.size == len(part.standings)
        (source,) = self.answers.answered - before
        return [one.member for one in part.standings], source

    async def settle(self) -> None:
        """Bring the copy up to date."""
        await make.settle(self.follower)

    async def keys(self, pattern: str) -> list[str]:
        """Keys in Redis."""
        found = await self.plain.keys(f"guildhall:boards:*{pattern}")
        return sorted(key if isinstance(key, str) else key.decode() for key in found)


@pytest.fixture
async def process(db, redis: RedisServer) -> AsyncIterator[Process]:  # noqa: F811
    mirror = RedisMirror(redis.url, make.chosen(stale_seconds=0.5))
    plain = Redis.from_url(redis.url)
    made = Process(db, mirror, plain)
    await made.set(a=3, b=2, c=1)
    await made.settle()
    yield made
    await mirror.close()
    await plain.aclose()


async def test_the_copy_answers_and_follows(process):
    first = await process.ranks()
    await process.set(c=9, d=5)
    await process.settle()

    assert first == (["a", "b", "c"], "redis")
    assert await process.ranks() == (["c", "d", "a", "b"], "redis")
    assert process.follower.copier.begun == 1


async def test_a_flushed_redis_is_not_believed_and_gets_another_copy(process):
    await process.plain.flushall()
    flushed = await process.ranks()
    await process.set(d=5)
    await process.follower.round()
    begun = await process.ranks()
    await process.settle()

    assert flushed == (["a", "b", "c"], "fallback")
    assert begun == (["d", "a", "b", "c"], "fallback")
    assert await process.ranks() == (["d", "a", "b", "c"], "redis")
    assert process.follower.copier.begun == 2


@pytest.mark.parametrize("evicted", ["places", "members", "position", "lease"])
async def test_an_evicted_key_is_noticed(process, evicted):
    (key,) = await process.keys(f":{evicted}")
    await process.plain.delete(key)
    at_once = await process.ranks()
    await process.set(d=5)
    await process.settle()

    assert at_once == (["a", "b", "c"], "redis" if evicted == "position" else "fallback")
    assert await process.ranks() == (["d", "a", "b", "c"], "redis")
    assert process.follower.copier.begun == (2 if evicted == "position" else 1)


async def test_a_redis_that_was_restored_from_a_backup_is_not_believed(process):
    backup = {key: await process.plain.dump(key) for key in await process.keys("") if not key.endswith(":lease")}
    await process.set(a=0, d=5)
    await process.settle()
    await process.plain.flushall()
    for key, dumped in backup.items():
        await process.plain.restore(key, 0, dumped)

    restored = await process.ranks()
    await process.settle()

    assert restored == (["d", "b", "c", "a"], "fallback")
    assert await process.ranks() == (["d", "b", "c", "a"], "redis")
    assert process.follower.copier.begun == 2


async def test_a_copy_that_nobody_brings_up_to_date_is_believed_for_a_moment_only(process):
    await process.set(d=5)  # and the follower is dead
    async with asyncio.timeout(20):
        while (await process.ranks())[1] == "redis":  # noqa: ASYNC110 (time passes)
            await asyncio.sleep(0.05)

    assert await process.ranks() == (["d", "a", "b", "c"], "fallback")


async def test_a_late_batch_of_a_process_that_was_replaced_is_refused(process):
    async with process.db.single() as tx:
        _, position, copy = await counts.state.one(tx)
    window = await process.window()
    await process.set(a=0)
    await process.settle()
    old = Element(window.id, "a", b"\x80old", window.opened_at)

    assert not await process.mirror.apply(copy, position, [old])
    assert not await process.mirror.renew(copy, position)
    assert not await process.mirror.load(copy, position, window.id, [old], first=False, last=True)
    assert await process.ranks() == (["b", "c", "a"], "redis")


async def test_a_dead_redis_costs_no_answer_and_changes_are_counted_after_a_while(process, redis, monkeypatch):  # noqa: F811
    await redis.kill()
    dead = await process.ranks()
    await process.set(d=5)
    await process.follower.round()
    async with process.db.single() as tx:
        waiting = await counts.state.one(tx)
    answered = await process.ranks()
    monkeypatch.setattr(copying, "PATIENCE", 0.0)
    monkeypatch.setattr(copying, "_AGAIN", 0.0)
    await process.follower.round()
    await process.follower.round()
    async with process.db.single() as tx:
        given_up = await counts.state.one(tx)
    await redis.start()
    process.mirror._down_until = 0.0
    await process.settle()

    assert dead == (["a", "b", "c"], "fallback")
    assert waiting[0]
    assert waiting[2] is not None
    assert answered == (["d", "a", "b", "c"], "fallback")
    assert (given_up[0], given_up[2]) == (False, None)
    assert await process.ranks() == (["d", "a", "b", "c"], "redis")
    assert process.mirror.failures >= 1


async def test_a_process_without_redis_gives_the_copy_up(process, db):
    await process.set(d=5)
    without = BoardFollower(db, make.chosen(), NoMirror(), Standings(db, NoMirror()))
    await without.round()
    await process.follower.round()

    assert await process.ranks() == (["d", "a", "b", "c"], "fallback")
    await process.settle()
    assert await process.ranks() == (["d", "a", "b", "c"], "redis")


async def test_a_large_list_is_loaded_in_parts_while_it_changes(process, monkeypatch):
    monkeypatch.setattr(copying, "_LOADED", 10)
    await process.set(**{f"m{n}": n + 10 for n in range(45)})
    await process.plain.flushall()
    await process.follower.round()  # counts, and begins a copy
    parts = 0
    process.follower.copier.look()
    while await process.follower.round() or (await process.ranks())[1] != "redis":
        parts += 1
        assert (await process.ranks())[1] == "fallback"
        await process.set(**{f"m{parts}": 100 + parts, f"n{parts}": parts})

    async with process.db.write() as tx:
        truth = [row[0] for row in await tx.connection.fetch("select member from core.board_scores order by place")]
    await process.settle()
    assert parts > 2
    assert await process.ranks() == (truth, "redis")


async def test_the_product_answers_from_redis(clone, redis: RedisServer):  # noqa: F811
    async with open_arcade(clone, main={"redis_url": redis.url}, boards={"count_seconds": 0.02}) as arcade:
        async with arcade.runtime.db.write() as tx:
            await ITEMS.set_many(tx, [Score("axe", 1), Score("bow", 2)])
        async with asyncio.timeout(20):
            while 'by="redis"' not in (await arcade.get("/metrics")).body.decode():
                page = (await arcade.get("/api/v1/boards/arcade.items")).json
                await asyncio.sleep(0.05)

        assert [row["member"] for row in page["items"]] == ["bow", "axe"]
