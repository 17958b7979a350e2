"""How fast is a page of the feed of somebody who follows thousands, lively or quiet?"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from uuid import UUID

import asyncpg

from bench import guildhall_side
from bench.compare import Result, told, within
from bench.context import BenchError, Context
from bench.live_socket import percentile_ms
from guildhall.clock import Clock
from guildhall.core.social.activities.actions import LAST, read_feed
from guildhall.core.social.activities.declaration import Activities
from guildhall.core.social.ids import ActivityId
from guildhall.db.policies import APP, Viewer
from guildhall.db.pool import Database, PoolSettings, Transaction
from guildhall.ids import UserId

PEOPLE = 100_000
ACTIVITIES = 3_000_000
DAYS = 150
READERS = (("50 people", 50, 0), ("500 people", 500, 0), ("5,000 people", 5000, 0), ("5,000 quiet people", 5000, 1))
"""Readers: whom they follow, how many, and whether those did nothing in the newer half of the time."""
PAGE = 21
CALLS = 200
_WARM = 20
_KINDS = Activities(("bench.made",))
_MOST = 5000

# People of odd numbers are quiet: they did something in the older half alone.
_FILL = (
    """
    insert into core.users (id, name)
    select ('01940000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, 'Person ' || i
    from generate_series(1, $1::int) i
    """,
    """
    insert into core.profiles (user_id, handle, display_name)
    select id, 'person' || right(id::text, 8), name from core.users
    """,
    """
    insert into core.user_follows (follower_id, following_id)
    select ('01940000-0000-7000-8000-' || lpad(to_hex(r), 12, '0'))::uuid,
           ('01940000-0000-7000-8000-' || lpad(to_hex(10 + 2 * i + f.quiet), 12, '0'))::uuid
    from unnest($1::int[], $2::int[]) with ordinality f (n, quiet, r), generate_series(1, f.n) i
    """,
    """
    insert into core.activities (id, actor_id, kind, item_id, visibility, data, created_at)
    select rpad(lpad(to_hex((extract(epoch from now()) * 1000 - i * $3::float8 * 86400000 / $2::int)::bigint), 12, '0')
                || '7' || lpad(to_hex(i), 7, '0'), 32, '0')::uuid,
           ('01940000-0000-7000-8000-' || lpad(to_hex(
                case when i < $2 / 2 then n / 2 * 2 else n end), 12, '0'))::uuid,
           'bench.made', gen_random_uuid(), 'public', '{"title": "Something that was made"}', now()
    from (select i, (10 + (hashint4(i)::bigint & 2147483647) % ($1::int - 12))::int as n
          from generate_series(1, $2::int) i) made
    """,
    """
    insert into core.last_activities (user_id, last_id)
    select actor_id, max(id::text)::uuid from core.activities group by actor_id
    """,
)
# What comes to mind first: all that those who are followed ever did, in order.
_PEER = """
select a.id, a.kind, a.item_id, a.data, a.created_at, p.user_id, p.handle, p.display_name, p.avatar_url
from core.activities a join core.profiles p on p.user_id = a.actor_id
where a.actor_id in (select following_id from core.user_follows where follower_id = $1) and a.id < $2
order by a.id desc limit $3
"""


def run(context: Context) -> list[Result]:
    """The product's own function in a reader's transaction, and the plain statement, by turns on one connection."""
    return asyncio.run(_run(context))


async def _run(context: Context) -> list[Result]:
    people, amount = max(context.scaled(PEOPLE), 3 * _MOST), context.scaled(ACTIVITIES)
    await guildhall_side.prepare(context)
    await _fill(context.database_url, people, amount)
    db = await Database.open(PoolSettings(context.database_url, APP), Clock())
    try:
        results: list[Result] = []
        for number, (whom, _, _) in enumerate(READERS, 1):
            reader = Viewer(UserId(UUID(f"01940000-0000-7000-8000-{number:012x}")))
            results += await _of(db, reader, f"of one who follows {whom}, among {amount:,} activities")
        return results
    finally:
        await db.close()


async def _fill(url: str, people: int, amount: int) -> None:
    connection = await asyncpg.connect(url)
    try:
        for back in range(6):
            await connection.execute(
                "update core.partitioned_tables set first_month = least(first_month, $1::text::date)"
                " where table_name = 'core.activities'", "2026-01-01",
            )  # fmt: skip
            await connection.execute(
                "select core.make_month_partition('core.activities', (now() - $1::int * interval '1 month')::date)",
                back,
            )
        await connection.execute(_FILL[0], people)
        await connection.execute(_FILL[1])
        await connection.execute(_FILL[2], [count for _, count, _ in READERS], [quiet for _, _, quiet in READERS])
        await connection.execute(_FILL[3], people, amount, float(DAYS), timeout=600)
        await connection.execute(_FILL[4], timeout=600)
        await connection.execute(
            "vacuum analyze core.activities, core.last_activities, core.user_follows, core.profiles", timeout=600
        )
    finally:
        await connection.close()


async def _of(db: Database, reader: Viewer, of: str) -> list[Result]:
    """One reader: first pages on both sides, and pages far back on ours."""
    far = await _place(db, reader, 50)

    async def ours(before: ActivityId | None) -> list[ActivityId]:
        async with db.read(reader) as tx:
            return await _page(tx, before)

    async def peer() -> list[ActivityId]:
        async with db.read(reader) as tx:
            return [row["id"] for row in await tx.connection.fetch(_PEER, reader.id, LAST, PAGE)]

    if await ours(None) != await peer():
        raise BenchError("the two sides have different pages")
    first, back = await _times(lambda: ours(None)), await _times(lambda: ours(far))
    plain = await _times(peer, CALLS // 10)
    return [
        within(f"a page of the feed {of}: p99", percentile_ms(first, 0.99), 50, "ms", percentile_ms(plain, 0.99)),
        told(f"median {of}", percentile_ms(first, 0.5), "ms", percentile_ms(plain, 0.5)),
        told(f"page 50 {of}: p99", percentile_ms(back, 0.99), "ms"),
    ]


async def _place(db: Database, reader: Viewer, pages: int) -> ActivityId | None:
    before: ActivityId | None = None
    async with db.read(reader) as tx:
        for _ in range(pages):
            before = (await _page(tx, before))[-1]
    return before


async def _page(tx: Transaction, before: ActivityId | None) -> list[ActivityId]:
    return [row.id for row in await read_feed(tx, _KINDS, before, PAGE, _MOST)]


async def _times(call: Callable[[], Awaitable[object]], calls: int = CALLS) -> list[float]:
    """Seconds of each call, without the first ones."""
    taken: list[float] = []
    for number in range(calls + _WARM):
        began = time.perf_counter()
        await call()
        if number >= _WARM:
            taken.append(time.perf_counter() - began)
    return taken
