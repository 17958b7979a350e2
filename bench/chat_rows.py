"""A year of messages in realm.messages, loaded by COPY, and what is found in them."""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta

import asyncpg

from bench import realm_side
from bench.chat_lines import lines, said
from bench.context import Context
from bench.realm_side import World
from guildhall.clock import Clock
from guildhall.core.realtime.ticks import TICKS_A_SECOND, live_id, microseconds_of
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.packs.realm.exchange.queries.import_messages import make_words

DAYS = 365
_COLUMNS = ("id", "type", "user_id", "server_id", "channel_id", "content", "created_at", "updated_at", "is_deleted")
_CHUNK = 5_000
_DELETED_EVERY = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

PARTITIONS = """
select core.make_month_partition(name, month::date)
from unnest(array['realm.messages', 'realm.message_words']) name,
     generate_series(date_trunc('month', $1::timestamptz), $2::timestamptz, interval '1 month') month
"""

# The bounds of the ids of each month; the statement takes the upper one in and leaves the lower one out.
MONTHS = """
select core.first_of_day('uuid', month::date)::uuid as low,
       core.first_of_day('uuid', (month + interval '1 month')::date)::uuid as high
from generate_series(date_trunc('month', now() - interval '13 months'), now(), interval '1 month') month
"""


async def fill_messages(context: Context, world: World, messages: int) -> None:
    """So many messages, evenly over the year that ends now; a few people say most, in a few channels most.

    Every hundredth is deleted. The order of live things then goes on behind the last of them.
    """
    now = datetime.now(UTC)
    begin = now - timedelta(days=DAYS)
    async with realm_side.connection(context) as conn:
        await conn.execute(PARTITIONS, begin, now, timeout=60)
        await conn.copy_to_table(
            "messages", schema_name="realm", columns=_COLUMNS, source=_rows(world, messages, begin), timeout=1800
        )
        await conn.execute(
            "update core.live_head set previous = tick, tick = greatest(tick, $1)", _tick(now), timeout=60
        )
        await conn.execute("update realm.followers set tick = (select tick from core.live_head)")
        await conn.execute("vacuum (analyze, freeze) realm.messages", timeout=1800)


async def _rows(world: World, messages: int, begin: datetime) -> AsyncIterator[bytes]:
    dice = random.Random(5)
    texts = [text.replace("\\", "\\\\").replace("\t", " ").replace("\r", " ").replace("\n", " ") for text in lines()]
    users, servers, channels = ([one.hex for one in ids] for ids in (world.users, world.servers, world.channels))
    homes = len(servers)
    rooms = len(channels) // homes
    weights = [1 / (n + 10) ** 0.8 for n in range(len(users))]
    first, step = _tick(begin), (DAYS * 86_400 * TICKS_A_SECOND - TICKS_A_SECOND) / messages
    for start in range(0, messages, _CHUNK):
        numbers = range(start, min(start + _CHUNK, messages))
        chunk = []
        for n, author in zip(numbers, dice.choices(range(len(users)), weights, k=len(numbers)), strict=True):
            tick = first + int(n * step)
            at = (_EPOCH + timedelta(microseconds=microseconds_of(tick))).isoformat()
            server = author % homes
            room = server + homes * int(rooms * dice.random() ** 2)
            place = f"{users[author]}\t{servers[server]}\t{channels[room]}"
            deleted = "t" if n % _DELETED_EVERY == 50 else "f"
            chunk.append(f"{live_id(tick, 1, n).hex}\tuser\t{place}\t{said(texts, n)}\t{at}\t{at}\t{deleted}\n")
        yield "".join(chunk).encode()


def _tick(moment: datetime) -> int:
    return int((moment - _EPOCH).total_seconds() * TICKS_A_SECOND)


async def fill_words(context: Context) -> None:
    """The words of all messages, by the product's own statement; the index is made when they are there."""
    async with realm_side.connection(context) as conn:
        index = await conn.fetchval("select pg_get_indexdef('realm.message_words_found'::regclass)")
        months = await conn.fetch(MONTHS)
        await conn.execute("drop index realm.message_words_found")
    db = await Database.open(PoolSettings(context.database_url, JOBS, largest=2), Clock())
    try:

        async def some(mine: Sequence["asyncpg.Record"]) -> None:
            for low, high in mine:
                async with db.write(timeout=3600) as tx:
                    await make_words.run(tx, low, high)

        await asyncio.gather(some(months[::2]), some(months[1::2]))
    finally:
        await db.close()
    async with realm_side.connection(context) as conn:
        await conn.execute(index.replace(" ON ONLY ", " ON "), timeout=1800)
        await conn.execute("vacuum (analyze, freeze) realm.message_words", timeout=1800)
