"""How long does a leaderboard of a million scores take to answer, from PostgreSQL and from Redis?

Each call takes a connection of the pool, asks, and decodes. Then the same is asked while another process adds to random
scores and counts them. The peer is the table that one would make oneself: an index on the score, a rank by `count(*)`.
"""

import asyncio
import contextlib
import random
import shutil
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
from msgspec import Struct

from bench import guildhall_side
from bench.compare import Result, told, within
from bench.context import BenchError, Context
from bench.process import ROOT
from guildhall.boot.settings import load
from guildhall.clock import Clock
from guildhall.core.boards.declaration import Board
from guildhall.core.boards.follower import BoardFollower
from guildhall.core.boards.mirror import Mirror, NoMirror
from guildhall.core.boards.queries import windows
from guildhall.core.boards.redis_mirror import RedisMirror
from guildhall.core.boards.schemas import Score, Window
from guildhall.core.boards.settings import BoardsSettings
from guildhall.core.boards.standings import Standings
from guildhall.db.policies import APP
from guildhall.db.pool import Database, PoolSettings

SCORES = 1_000_000
CALLS = 4000
_BATCH = 5000
_SEED = 7
BOARD = Board("bench.points", title="Points")

_PEER = """
create table public.peer_scores (member text primary key, score numeric not null);
insert into public.peer_scores select s.member, s.score from core.board_scores s;
create index on public.peer_scores (score desc, member);
vacuum analyze public.peer_scores;
"""
_PEER_RANK = """
select 1 + (select count(*) from public.peer_scores o where o.score > s.score)
from public.peer_scores s where s.member = $1
"""


class Times(Struct, frozen=True):
    """Milliseconds of many calls."""

    median: float
    p99: float


async def run(context: Context) -> list[Result]:
    """Fill a board, and measure both sources and the peer."""
    await guildhall_side.prepare(context)
    count = context.scaled(SCORES)
    db = await Database.open(PoolSettings(context.database_url, APP, application="bench"), Clock())
    try:
        filled = await _fill(db, context, count)
        async with db.read() as tx:
            window = await windows.window.one(tx, BOARD.name, "all", "")
        results = [told(f"setting {count:,} scores, {_BATCH:,} a transaction", count / filled, "scores/s")]
        results += await _measure(context, db, window, NoMirror(), count, "")
        async with _redis(context) as url:
            if url is not None:
                mirror = RedisMirror(url, load(BoardsSettings))
                try:
                    results += await _measure(context, db, window, mirror, count, url)
                finally:
                    await mirror.close()
        rank, page = await _peer(context, count)
        return [
            *results,
            told("rank by count(*) of an indexed table, the middle of the board", rank, "ms"),
            told("100 rows of it from the middle by OFFSET", page, "ms"),
        ]
    finally:
        await db.close()


async def _fill(db: Database, context: Context, count: int) -> float:
    """Set the scores, count them, and return the seconds that setting took."""
    chance = random.Random(_SEED)
    follower = BoardFollower(db, load(BoardsSettings), NoMirror(), Standings(db, NoMirror()))
    began = time.perf_counter()
    for first in range(0, count, _BATCH):
        scores = [Score(f"member-{n}", _score(chance)) for n in range(first, min(first + _BATCH, count))]
        async with db.write() as tx:
            await BOARD.set_many(tx, scores)
    took = time.perf_counter() - began
    while await follower.round():
        pass
    owner = await asyncpg.connect(context.database_url)
    await owner.execute("vacuum analyze core.board_scores, core.board_counts, core.board_changes", timeout=600)
    await owner.close()
    return took


def _score(chance: random.Random) -> int:
    """A score as games have them: many low ones, few high ones, and ties."""
    return int(chance.paretovariate(1.2) * 100)


@contextlib.asynccontextmanager
async def _redis(context: Context) -> AsyncIterator[str | None]:
    """The URL of a Redis of this run; None where there is no redis-server."""
    program = shutil.which("redis-server")
    if program is None:
        yield None
        return
    socket = context.directory / "redis.sock"
    process = await asyncio.create_subprocess_exec(
        program, "--port", "0", "--unixsocket", str(socket), "--save", "", stdout=asyncio.subprocess.DEVNULL
    )
    try:
        while not socket.exists():  # noqa: ASYNC110 (another process makes it)
            await asyncio.sleep(0.05)
        yield f"unix://{socket}"
    finally:
        process.terminate()
        await process.wait()


async def _measure(
    context: Context, db: Database, window: Window, mirror: Mirror, count: int, redis_url: str
) -> list[Result]:
    source = "Redis" if redis_url else "PostgreSQL"
    answers = Standings(db, mirror)
    follower = BoardFollower(db, load(BoardsSettings), mirror, answers)
    loading = time.perf_counter()
    while await follower.round() or (mirror.present and (follower.copier.lacking or answers.copy is None)):
        pass
    loaded = time.perf_counter() - loading
    chance = random.Random(_SEED)
    chosen = [f"member-{chance.randrange(count)}" for _ in range(context.scaled(CALLS))]

    async def first_page(_: str) -> bool:
        return len((await answers.page(window, b"", 100)).standings) == min(100, count)

    async def around(member: str) -> bool:
        return member in [one.member for one in (await answers.around(window, member, 5, 5)).standings]

    async def rank(member: str) -> bool:
        return [one.member for one in (await answers.around(window, member, 0, 0)).standings] == [member]

    async def one_row(_: str) -> bool:
        async with db.read() as tx:
            return (await windows.window.one(tx, BOARD.name, "all", "")).id == window.id

    questions = (("top 100", first_page), ("around me, 5 and 5", around), ("rank of a member", rank))
    results = []
    for words, ask in questions:
        times = await _times(ask, chosen)
        question = f"{words} of {count:,} scores from {source}"
        results += [within(f"{question}: p99", times.p99, 3.0, "ms"), told(f"{question}: median", times.median, "ms")]
    async with _writing(context, count, redis_url) as written:
        if not redis_url:
            floor = await _times(one_row, chosen)
            results.append(told("a row by its key while scores change, which is the least then: p99", floor.p99, "ms"))
        for words, ask in questions:
            times = await _times(ask, chosen)
            question = f"{words} of {count:,} scores from {source}, while scores change"
            results += [told(f"{question}: p99", times.p99, "ms"), told(f"{question}: median", times.median, "ms")]
    results.append(told(f"scores changed meanwhile ({source})", float(written[0]), "scores/s"))
    if mirror.present:
        results.append(told(f"copying {count:,} scores to Redis", loaded, "s"))
        if answers.answered["fallback"] > answers.answered["redis"] / 100:
            raise BenchError(f"PostgreSQL answered in Redis' place: {dict(answers.answered)}")
    return results


async def _times(ask: Callable[[str], Awaitable[bool]], members: list[str]) -> Times:
    took: list[float] = []
    for member in members:
        began = time.perf_counter()
        good = await ask(member)
        took.append((time.perf_counter() - began) * 1000)
        if not good:
            raise BenchError(f"the board's answer about {member} is not of it")
    took.sort()
    return Times(statistics.median(took), took[len(took) * 99 // 100])


@contextlib.asynccontextmanager
async def _writing(context: Context, count: int, redis_url: str) -> AsyncIterator[list[str]]:
    """Another process that writes and counts; what it says when it ends is put into the list."""
    said: list[str] = []
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.boards_writers", context.database_url, str(count), redis_url,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        await process.stdout.readline()  # it has begun
        yield said
    finally:
        out, _ = await process.communicate(b"")
        said.append(out.decode().strip())


async def _peer(context: Context, count: int) -> tuple[float, float]:
    """The median milliseconds of a rank, and of a page, in the middle of the peer's table."""
    connection = await asyncpg.connect(context.database_url)
    try:
        for statement in _PEER.strip().split(";\n"):
            await connection.execute(statement.rstrip(";"), timeout=600)
        middle = await connection.fetchval(
            "select member from public.peer_scores order by score desc, member offset $1 limit 1", count // 2
        )
        ranks, pages = [], []
        for _ in range(max(context.rounds, 3)):
            began = time.perf_counter()
            await connection.fetchval(_PEER_RANK, middle)
            ranks.append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            await connection.fetch(
                "select * from public.peer_scores order by score desc, member offset $1 limit 100", count // 2
            )
            pages.append((time.perf_counter() - began) * 1000)
        return statistics.median(ranks), statistics.median(pages)
    finally:
        await connection.close()
