"""How many events of clients become durable through HTTP, beside an ORM's INSERT for each, and how late are counts?"""

import asyncio
import random
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial

import asyncpg
import msgspec
from msgspec import Struct

from bench import guildhall_side, realm_side
from bench.compare import Result, alternate, at_least, median_of, told, within
from bench.context import BenchError, Context, without_failures
from bench.load import run_load
from bench.peers.fastapi_events import PATH
from bench.peers.tables import create_tables
from bench.process import Server, uvicorn_server

BATCH = 20
CLIENTS = 32
BEHIND = 2.0
"""Seconds that the roll-ups may be behind."""
_SESSIONS = 2_000
_SCREENS = 200
_UNLIMITED = "100000000"
_LOOK = 0.02
"""Seconds between two looks at how far the roll-ups are behind."""

EMPTY = """
truncate core.analytics_events, core.analytics_event_keys, core.analytics_daily, core.analytics_visitors;
update core.analytics_checkpoints set tick = (select tick from core.analytics_head);
truncate peer.analytics_events
"""
LATEST = """
select coalesce(extract(epoch from clock_timestamp() - core.live_time(core.tick_of(e.id))), 0)::float8
from core.analytics_checkpoints c
left join lateral (
    select id from core.analytics_events where id >= core.live_id(c.tick + 1, 0, 0) order by id limit 1
) e on true
"""
SUMS = """
select (select count(*) from core.analytics_events) as stored,
       (select coalesce(sum(events), 0) from core.analytics_daily where rollup = '')::bigint as counted,
       (select coalesce(sum(events), 0) from core.analytics_daily where rollup = 'screen')::bigint as by_screen
"""


class Round(Struct, frozen=True):
    """One round: events a second, the p99 of an answer in milliseconds, CPU of the server for an event in µs."""

    rate: float
    p99_ms: float
    cpu_us: float
    behind: float = 0.0
    """The most that the roll-ups were behind at any look, in seconds."""


def run(context: Context) -> list[Result]:
    """Closed loops: each client sends its next batch when the last one is answered.

    Both sides validate every event, store the same columns in the same PostgreSQL with their own indexes, and answer
    when all events of the batch are durable. Ours also counts them by day, type and screen meanwhile, with the distinct
    visitors of each. Each round begins with empty tables.
    """
    bodies = made_up_batches()
    with realm_side.own_cluster(context) as own, ExitStack() as stack:
        asyncio.run(create_tables(own.database_url))
        ours = stack.enter_context(
            guildhall_side.serve(
                own,
                GUILDHALL_IDENTITY_JWT_SECRET=realm_side.SECRET,
                GUILDHALL_ANALYTICS_RATE_PER_MINUTE=_UNLIMITED,
                GUILDHALL_ANALYTICS_RATE_BURST=_UNLIMITED,
                GUILDHALL_LOG_LEVEL="warning",
            )
        )
        each = stack.enter_context(_peer(own, PEER_WRITES="each"))
        batch = stack.enter_context(_peer(own, PEER_WRITES="batch"))
        measured = alternate(
            context.rounds,
            partial(_ours, own, ours, bodies),
            partial(_theirs, own, each, bodies),
            partial(_theirs, own, batch, bodies),
        )
    ours_, each_, batch_ = measured
    name = f"events in batches of {BATCH}, {CLIENTS} clients"
    rate, p99 = partial(median_of, figure=lambda one: one.rate), partial(median_of, figure=lambda one: one.p99_ms)
    cpu = partial(median_of, figure=lambda one: one.cpu_us)
    return [
        at_least(f"{name}, beside an INSERT each by the ORM", rate(ours_), rate(each_), 5, "/s"),
        told(f"{name}, beside one flush a batch by the ORM", rate(ours_), "/s", rate(batch_)),
        told(f"{name}: p99 of an answer", p99(ours_), "ms", p99(each_)),
        told(f"{name}: CPU of the web process for an event", cpu(ours_), "µs", cpu(each_)),
        within(f"{name}: the most that roll-ups were behind", max(one.behind for one in ours_), BEHIND, "s"),
    ]


def made_up_batches() -> list[str]:
    """Return bodies of requests: visits of many sessions that look at some screens often."""
    drawn = random.Random(7)
    weights = [1 / (n + 1) for n in range(_SCREENS)]
    return [
        msgspec.json.encode(
            {
                "session_id": f"visit-{number % _SESSIONS:06d}",
                "events": [
                    {"type": "analytics.screen_viewed", "data": {"screen": f"builds/{screen}"}}
                    for screen in drawn.choices(range(_SCREENS), weights, k=BATCH)
                ],
            }
        ).decode()
        for number in range(_SESSIONS)
    ]


def _peer(context: Context, **environment: str) -> Server:
    return uvicorn_server(
        "bench.peers.fastapi_events:create_app", environment={"DATABASE_URL": context.database_url, **environment}
    )


def _ours(context: Context, server: Server, bodies: Sequence[str]) -> Round:
    asyncio.run(_execute(context, EMPTY))
    with _watched(context) as latest:
        measured, sent = _load(context, server, bodies)
    sums = asyncio.run(_counted(context))
    if set(sums.values()) != {sent}:
        raise BenchError(f"{sent} events were acknowledged, and there are {sums}")
    return msgspec.structs.replace(measured, behind=max(latest))


def _theirs(context: Context, server: Server, bodies: Sequence[str]) -> Round:
    asyncio.run(_execute(context, EMPTY))
    measured, sent = _load(context, server, bodies)
    stored = asyncio.run(_fetch(context, "select count(*) from peer.analytics_events"))
    if stored != sent:
        raise BenchError(f"{sent} events were acknowledged, and {stored} are in the table")
    return measured


def _load(context: Context, server: Server, bodies: Sequence[str]) -> tuple[Round, int]:
    """A round of load, and the events that were acknowledged in all of it."""
    before = server.usage().cpu_seconds
    result = without_failures(
        run_load(server.host, server.port, [PATH], CLIENTS, context.seconds, bodies=bodies, warmup=1.0)
    )
    sent = result.answers_in_all * BATCH
    spent = server.usage().cpu_seconds - before
    return Round(result.throughput * BATCH, result.p99_ms, spent / sent * 1e6), sent


@contextmanager
def _watched(context: Context) -> Iterator[list[float]]:
    """Look all the time how far the roll-ups are behind; the list has what was seen."""
    seen, stop = [0.0], threading.Event()

    async def watch() -> None:
        connection = await asyncpg.connect(context.database_url)
        try:
            while not stop.is_set():
                seen.append(await connection.fetchval(LATEST))
                await asyncio.sleep(_LOOK)
        finally:
            await connection.close()

    thread = threading.Thread(target=lambda: asyncio.run(watch()))
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


async def _execute(context: Context, sql: str) -> None:
    async with realm_side.connection(context) as connection:
        await connection.execute(sql, timeout=120)


async def _fetch(context: Context, sql: str) -> int:
    async with realm_side.connection(context) as connection:
        found: int = await connection.fetchval(sql, timeout=120)
        return found


async def _counted(context: Context) -> Mapping[str, int]:
    """The events that are stored and counted, once the roll-ups have caught up. Raises BenchError if they do not."""
    until = time.perf_counter() + 30
    async with realm_side.connection(context) as connection:
        while True:
            [row] = await connection.fetch(SUMS, timeout=120)
            sums: dict[str, int] = dict(row)
            if len(set(sums.values())) == 1:
                return sums
            if time.perf_counter() > until:
                raise BenchError(f"the roll-ups do not catch up: {sums}")
            await asyncio.sleep(0.05)
