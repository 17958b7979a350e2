"""What does a year of candles of one item cost, beside grouping its prices by the hour each time?"""

import json
import random
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg

from bench import guildhall_side
from bench.compare import Result, at_most, median_of, told, within
from bench.context import BenchError, Context
from guildhall.packs.poe2.market.queries import daily, prices
from guildhall.packs.poe2.market.rules.candles import DayRow, buckets

ROWS, ITEMS = 10_000_000, 5_000
YEAR = 365
LEAGUE = "Standard"
_ASKED, _GROUPED = 1_000, 100
"""Questions to ours and to the peer in a round."""

# Rows come hour after hour, the items of an hour one beside the other, as a sync stores them.
FILL = """
set session_replication_role = replica;
insert into poe2.leagues (name, realm, base_currency, is_current, first_seen_at, seen_at, began_at)
values ('Standard', 'poe2', 'exalted', true, now(), now(), now());
insert into poe2.market_items (id, kind, api_id, category, name, first_seen_at, seen_at)
select i, case when i <= 700 then 'currency' else 'unique' end, 'item-' || i, 'any', 'Item ' || i, now(), now()
from generate_series(1, {items}) i;
select core.make_month_partition('poe2.market_price_history', month::date)
from generate_series('{first}'::date, '{last}'::date, interval '1 month') month;
insert into poe2.market_price_history (id, item_id, league, price, base_currency, price_in_chaos, price_in_divine,
                                       volume, recorded_at)
select gen_random_uuid(), i, 'Standard', p.price, 'exalted', p.price / 38, p.price / 400, (random() * 500)::int, t.at
from generate_series(0, {steps} - 1) step
cross join lateral (
    select date_trunc('hour', '{first}'::timestamptz + step * interval '1 hour' * 24 * {days} / {steps}, 'UTC') as at
) t
cross join generate_series(1, {items}) i
cross join lateral (
    select round((1 + i % 900 + 0.3 * (i % 900) * sin(step / 40.0 + i) + random() * 2)::numeric, 12) as price
) p
order by step, i;
insert into poe2.market_daily
select item_id, league, (recorded_at at time zone 'UTC')::date, (array_agg(price order by recorded_at))[1], max(price),
       min(price), (array_agg(price order by recorded_at desc))[1], avg(price), sum(volume), count(*)
from poe2.market_price_history
group by 1, 2, 3
order by 3, 1;
"""

# The table and the index as one would write them first.
PEER = """
create schema peer;
create table peer.market_price_history (
    id uuid primary key default gen_random_uuid(),
    item_id varchar(255) not null,
    league varchar(100) not null,
    price_in_chaos numeric not null,
    price_in_divine numeric,
    volume integer,
    recorded_at timestamptz default now()
);
insert into peer.market_price_history (item_id, league, price_in_chaos, price_in_divine, volume, recorded_at)
select item_id, league, price, price_in_divine, volume, recorded_at from poe2.market_price_history order by recorded_at;
create index idx_price_item on peer.market_price_history (item_id, league, recorded_at desc);
"""

GROUP_BY = """
select (recorded_at at time zone 'UTC')::date as day, (array_agg({price} order by recorded_at))[1] as open,
       max({price}) as high, min({price}) as low, (array_agg({price} order by recorded_at desc))[1] as close,
       avg({price}) as average, sum(volume) as volume, count(*)::int as samples
from {table}
where item_id = $1 and league = $2 and recorded_at >= $3::date and recorded_at < $4::date
group by day
order by day
"""
SIDES = {
    "ours": daily.days.sql,
    "peer": GROUP_BY.format(table="peer.market_price_history", price="price_in_chaos"),
    "own_hours": GROUP_BY.format(table="poe2.market_price_history", price="price"),
}


async def run(context: Context) -> list[Result]:
    """Fill both tables with the same prices, then ask for the years of random items, each side in turn."""
    await guildhall_side.prepare(context)
    connection = await asyncpg.connect(context.database_url, timeout=60)
    try:
        items = context.scaled(ITEMS)
        last = datetime.now(UTC).date()
        first = last - timedelta(days=YEAR)
        began = time.perf_counter()
        for script in (FILL.format(items=items, steps=ROWS // ITEMS, days=YEAR, first=first, last=last), PEER):
            await connection.execute(script, timeout=3600)
        for table in ("poe2.market_price_history", "poe2.market_daily", "peer.market_price_history"):
            await connection.execute(f"vacuum analyze {table}", timeout=3600)
        filled = time.perf_counter() - began
        await connection.execute("set timezone = 'UTC'")
        await connection.execute(f"prepare vector (text, timestamptz, timestamptz) as {prices.currency_prices.sql}")
        for name, statement in SIDES.items():
            await connection.execute(f"prepare {name} (text, text, date, date) as {statement}")
        return await _measure(context, connection, items, first, last, filled)
    finally:
        await connection.close()


async def _measure(
    context: Context, connection: asyncpg.Connection, items: int, first: date, last: date, filled: float
) -> list[Result]:
    dice = random.Random(20)
    rounds: dict[str, list[list[float]]] = {name: [] for name in SIDES}
    for _ in range(context.rounds):
        for name, many in (("ours", _ASKED), ("peer", _GROUPED), ("own_hours", _GROUPED)):
            chosen = [str(dice.randint(1, items)) for _ in range(many)]
            rounds[name].append([await _milliseconds(connection, name, item, first, last) for item in chosen])
    await _require_same(connection, str(dice.randint(1, items)), first, last)
    median = {name: median_of(runs, lambda run: _share(run, 0.5)) for name, runs in rounds.items()}
    worst = {name: median_of(runs, lambda run: _share(run, 0.99)) for name, runs in rounds.items()}
    whole = [await _whole(connection, str(dice.randint(1, items)), first, last) for _ in range(100)]
    vectors = [await _vector(connection, first + timedelta(days=dice.randint(1, YEAR - 1))) for _ in range(100)]
    rows = f"{items * (ROWS // ITEMS):,} prices of {items:,} items"
    return [
        within(f"OHLC of a year of one item in the database, p99, {rows}", worst["ours"], 5.0, "ms", worst["peer"]),
        at_most("the same, median, beside a GROUP BY over raw rows", median["ours"], median["peer"], 1 / 50, "ms"),
        told("the same, beside a GROUP BY over our own hours", median["ours"], "ms", median["own_hours"]),
        told("the same with the way to the process and its buckets", _share(whole, 0.5), "ms"),
        told(f"the prices of {min(items, 700)} currencies at a time, median", _share(vectors, 0.5), "ms"),
        told("filling both tables", filled, "s"),
    ]


async def _milliseconds(connection: asyncpg.Connection, name: str, item: str, first: date, last: date) -> float:
    return await _executed(connection, f"{name} ('{item}', '{LEAGUE}', '{first}', '{last}')")


async def _vector(connection: asyncpg.Connection, day: date) -> float:
    return await _executed(connection, f"vector ('{LEAGUE}', '{day} 12:00+00', '{day - timedelta(days=1)} 12:00+00')")


async def _executed(connection: asyncpg.Connection, call: str) -> float:
    """Return the milliseconds that PostgreSQL says that one execution of a prepared statement took."""
    plan = await connection.fetchval(f"explain (analyze, timing off, format json) execute {call}")
    (found,) = json.loads(plan)
    return float(found["Execution Time"])


async def _whole(connection: asyncpg.Connection, item: str, first: date, last: date) -> float:
    began = time.perf_counter()
    rows = await connection.fetch(daily.days.sql, item, LEAGUE, first, last)
    buckets([DayRow(*row) for row in rows], first, last, "day", 10)
    return (time.perf_counter() - began) * 1000


async def _require_same(connection: asyncpg.Connection, item: str, first: date, last: date) -> None:
    """Raise BenchError unless both sides have the same year."""
    ours, peer = [
        [tuple(row) for row in await connection.fetch(SIDES[name], item, LEAGUE, first, last)]
        for name in ("ours", "peer")
    ]
    if ours != peer or len(ours) < YEAR - 2:
        raise BenchError(f"the years of item {item} differ: {len(ours)} and {len(peer)} days")


def _share(values: list[Any], share: float) -> float:
    ordered = sorted(values)
    return float(ordered[min(len(ordered) - 1, int(len(ordered) * share))])
