"""Statements of searches, sent again over many connections: a process of the load, which says how long each took.

In a closed loop each connection sends the next search at once, as often as it gets answers: the machine is full. In an
open loop searches arrive by chance at a rate, and take the next free connection; the wait for one counts.
"""

import asyncio
import random
import sys
import time

import asyncpg
import msgspec
from msgspec import Struct

Call = tuple[str, list[object]]
_WARM = 8
"""Searches of each connection before it is measured, of each of the statements: plans are generic then."""


class Job(Struct, frozen=True):
    """What a process does: `searches` have their statements and arguments; without a `rate` (a second) it is closed."""

    url: str
    searches: list[list[Call]]
    connections: int
    seconds: float
    rate: float | None
    seed: int


class Done(Struct, frozen=True):
    """Milliseconds of each search, and the plans of the connections' statements that were generic, and custom."""

    took: list[float]
    generic: int
    custom: int


async def work(job: Job) -> Done:
    """Send searches, and return how long each took."""
    dice = random.Random(job.seed)
    connections = [await asyncpg.connect(job.url) for _ in range(job.connections)]
    by_statement: dict[str, list[Call]] = {}
    for search in job.searches:
        for sql, arguments in search:
            by_statement.setdefault(sql, []).append((sql, arguments))
    for connection in connections:
        for calls in by_statement.values():
            for sql, arguments in dice.choices(calls, k=_WARM):
                await connection.fetch(sql, *arguments)
    print("ready", flush=True)
    sys.stdin.readline()
    took: list[float] = []
    if job.rate is None:
        end = time.perf_counter() + job.seconds
        await asyncio.gather(
            *[_closed(one, job.searches, end, random.Random(dice.random()), took) for one in connections]
        )
    else:
        await _open(connections, job, dice, took)
    plans = [
        await one.fetchrow(
            "select sum(generic_plans), sum(custom_plans) from pg_prepared_statements where not from_sql"
        )
        for one in connections
    ]
    for connection in connections:
        await connection.close()
    generic, custom = [sum(int(row[place]) for row in plans if row is not None) for place in (0, 1)]
    return Done(took, generic, custom)


async def _closed(
    connection: asyncpg.Connection, searches: list[list[Call]], end: float, dice: random.Random, took: list[float]
) -> None:
    while (began := time.perf_counter()) < end:
        for sql, arguments in dice.choice(searches):
            await connection.fetch(sql, *arguments)
        took.append((time.perf_counter() - began) * 1000)


async def _open(connections: list[asyncpg.Connection], job: Job, dice: random.Random, took: list[float]) -> None:
    assert job.rate is not None
    free: asyncio.Queue[asyncpg.Connection] = asyncio.Queue()
    for connection in connections:
        free.put_nowait(connection)

    async def search(due: float) -> None:
        connection = await free.get()
        for sql, arguments in dice.choice(job.searches):
            await connection.fetch(sql, *arguments)
        free.put_nowait(connection)
        took.append((time.perf_counter() - due) * 1000)

    due = time.perf_counter()
    end = due + job.seconds
    async with asyncio.TaskGroup() as group:
        while (due := due + dice.expovariate(job.rate)) < end:
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            group.create_task(search(due))


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        done = asyncio.run(work(msgspec.json.decode(file.read(), type=Job)))
    print(msgspec.json.encode(done).decode(), flush=True)
