"""Prices as they are stored: their conversions and their days, in whatever order they come."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guildhall.clock import Clock, SetClock
from guildhall.db.connection import connect
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings, Transaction
from guildhall.packs.poe2.market.actions.prices import recount_days, save_told_days
from guildhall.packs.poe2.market.errors import LeagueNotFound
from guildhall.packs.poe2.market.queries.daily import days
from guildhall.packs.poe2.market.rules.candles import DayRow
from guildhall.packs.poe2.market.rules.readings import Reading
from guildhall.packs.poe2.market.views import price_vector
from tests.packs.poe2.market import make
from tests.packs.poe2.market.make import CHAOS, DIVINE, LEAGUE, NOON, RUNE, SWORD, reading

ITEMS = (CHAOS, DIVINE, RUNE, SWORD)


def figures(day: DayRow) -> list[Any]:
    """The figures of a day in their order."""
    return [day.open, day.high, day.low, day.close, day.average, day.volume, day.samples]


def told_day(back: int, *prices: int) -> DayRow:
    """A day as poe2scout tells it: open, high, low, close, average."""
    opened, high, low, close, average = map(Decimal, prices)
    return DayRow(NOON.date() - timedelta(days=back), opened, high, low, close, average, 50, 0)


async def test_a_price_is_converted_by_the_prices_of_its_hour(tx):
    await make.market(tx)

    await make.prices(tx, reading(RUNE, 0, 8), reading(CHAOS, 0, 4), reading(DIVINE, -1, 160), reading(RUNE, -2, 8))

    early, late = await make.rows(
        tx, "select * from poe2.market_price_history where item_id = $1 order by recorded_at", RUNE
    )
    assert (late["price_in_chaos"], late["price_in_divine"]) == (2, Decimal("0.05"))
    assert (early["price_in_chaos"], early["price_in_divine"]) == (None, None)
    assert (late["base_currency"], late["volume"], late["league"]) == ("exalted", 100, LEAGUE)


async def test_the_price_of_another_day_converts_nothing(tx):
    await make.market(tx)

    await make.prices(tx, reading(CHAOS, 0, 4), reading(RUNE, 23, 8), reading(RUNE, 24, 8))

    found = await make.rows(
        tx, "select price_in_chaos from poe2.market_price_history where item_id = $1 order by recorded_at", RUNE
    )
    assert [row["price_in_chaos"] for row in found] == [2, None]


async def test_the_same_prices_again_change_nothing(tx):
    await make.market(tx)
    given = [reading(RUNE, 0, 8), reading(CHAOS, 0, 4), reading(SWORD, 1, 90)]

    first = await make.prices(tx, *given)
    before = await make.rows(tx, "select * from poe2.market_price_history order by item_id")
    again = await make.prices(tx, *given)

    assert (first.prices, again.prices) == (3, 0)
    assert await make.rows(tx, "select * from poe2.market_price_history order by item_id") == before


async def test_a_later_word_replaces_a_price_and_its_day_follows(tx):
    await make.market(tx)
    await make.prices(tx, reading(RUNE, 0, 8, 5), reading(RUNE, 1, 20, 5), reading(RUNE, 2, 4, 5))

    await make.prices(tx, reading(RUNE, 1, 6, 7))

    (day,) = await days.many(tx, RUNE, LEAGUE, NOON.date(), NOON.date() + timedelta(days=1))
    assert figures(day) == [8, 8, 4, 4, 6, 17, 3]


async def test_without_overwrite_only_hours_without_a_price_get_one(tx):
    await make.market(tx)
    await make.prices(tx, reading(RUNE, 0, 8))

    stored = await make.prices(tx, reading(RUNE, 0, 9), reading(RUNE, 1, 9), overwrite=False)

    (day,) = await days.many(tx, RUNE, LEAGUE, NOON.date(), NOON.date() + timedelta(days=1))
    assert stored.prices == 1
    assert figures(day)[:4] == [8, 9, 8, 9]


async def test_prices_of_months_that_are_not_kept_are_left_out(tx):
    await make.market(tx)
    tx.now = NOON

    stored = await make.prices(tx, reading(RUNE, 0, 8), reading(RUNE, -24 * 45, 8), keep_price_months=1)

    assert (stored.prices, stored.expired) == (1, 1)
    assert len(await make.rows(tx, "select 1 from poe2.market_daily")) == 1


async def test_told_days_never_replace_days_of_our_own_prices(tx):
    await make.market(tx)
    await make.prices(tx, reading(RUNE, 0, 8, 5))
    told = [told_day(1, 3, 5, 2, 4, 3), told_day(0, 3, 5, 2, 4, 3)]

    came = await save_told_days(tx, LEAGUE, RUNE, told)
    again = await save_told_days(tx, LEAGUE, RUNE, told)
    before, today = await days.many(tx, RUNE, LEAGUE, date(2026, 1, 1), date(2027, 1, 1))
    await make.prices(tx, reading(RUNE, -20, 7, 1))
    replaced, _ = await days.many(tx, RUNE, LEAGUE, date(2026, 1, 1), date(2027, 1, 1))

    assert (came, again) == (1, 1)
    assert figures(before) == [3, 5, 2, 4, 3, 50, 0]
    assert figures(today) == [8, 8, 8, 8, 8, 5, 1]
    assert figures(replaced) == [7, 7, 7, 7, 7, 1, 1]


async def test_days_are_made_anew_from_their_prices(tx):
    await make.market(tx)
    await make.prices(tx, reading(RUNE, 0, 8), reading(RUNE, 20, 9))
    before = await make.rows(tx, "select * from poe2.market_daily order by day")
    await tx.connection.execute("delete from poe2.market_daily")

    found = await recount_days(tx, LEAGUE, RUNE, NOON - timedelta(days=1), NOON + timedelta(days=2))

    assert found == 2
    assert await make.rows(tx, "select * from poe2.market_daily order by day") == before


async def test_a_league_that_is_not_known_gets_no_prices(tx):
    await make.market(tx)

    with pytest.raises(LeagueNotFound):
        await make.prices(tx, reading(RUNE, 0, 8), league="Nowhere")
    with pytest.raises(LeagueNotFound):
        await price_vector(tx, "Nowhere", NOON, timedelta(hours=1))


async def test_a_vector_has_the_last_price_of_each_currency_with_its_time(tx):
    await make.market(tx)
    await make.prices(
        tx, reading(CHAOS, -30, 4), reading(DIVINE, -3, 160), reading(DIVINE, -2, 170), reading(DIVINE, 1, 900),
        reading(RUNE, 0, "0.25"), reading(SWORD, 0, 90),
    )  # fmt: skip

    vector = await price_vector(tx, LEAGUE, NOON, timedelta(hours=24))

    assert [(one.item_id, one.price, one.recorded_at) for one in vector.prices] == [
        (DIVINE, 170, NOON - timedelta(hours=2)),
        (RUNE, Decimal("0.25"), NOON),
    ]
    assert (vector.base_currency, vector.at, vector.oldest_at) == ("exalted", NOON, NOON - timedelta(hours=24))


async def test_two_writers_of_one_day_lose_nothing(clone):
    db = await Database.open(PoolSettings(clone, JOBS), Clock())
    try:
        async with db.write() as tx:
            await make.market(tx)

        async def write(hour: int) -> None:
            async with db.write() as tx:
                await make.prices(tx, reading(RUNE, hour, 34 + hour, 1), reading(CHAOS, hour, 2))

        await asyncio.gather(*(write(hour) for hour in range(-12, 12)))

        async with db.read() as tx:
            (day,) = await days.many(tx, RUNE, LEAGUE, NOON.date(), NOON.date() + timedelta(days=1))
            odd = await make.rows(
                tx, "select 1 from poe2.market_price_history where price_in_chaos is distinct from price / 2"
                " and item_id = $1", RUNE,
            )  # fmt: skip
        assert [*figures(day)[:4], *figures(day)[5:]] == [22, 45, 22, 45, 24, 24]
        assert odd == []
    finally:
        await db.close()


PRICES = st.decimals(min_value=Decimal("0.0001"), max_value=Decimal(5000), places=4)
READINGS = st.builds(
    lambda item, hour, price, volume: Reading(item, price, volume, NOON + timedelta(hours=hour)),
    st.sampled_from(ITEMS), st.integers(-40, 40), PRICES, st.none() | st.integers(0, 500),
)  # fmt: skip
BATCHES = st.lists(st.lists(READINGS, min_size=1, max_size=12), min_size=1, max_size=8)


def expected(batches: list[list[Reading]], age: timedelta) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """The prices and days that batches leave, by plain arithmetic over the last word about each hour."""
    last: dict[tuple[str, datetime], Reading] = {
        (one.item_id, one.recorded_at): one for batch in batches for one in batch
    }

    def cost(item: str, at: datetime) -> Decimal | None:
        times = [time for name, time in last if name == item and at - age < time <= at]
        return last[item, max(times)].price if times else None

    hours = {
        key: (one.price, one.volume, cost(CHAOS, key[1]), cost(DIVINE, key[1])) for key, one in last.items()
    }  # fmt: skip
    of_days: dict[Any, list[Reading]] = {}
    for (item, at), one in sorted(last.items()):
        of_days.setdefault((item, at.date()), []).append(one)
    found = {}
    for key, ones in of_days.items():
        worth = [one.price for one in ones]
        volumes = [one.volume for one in ones if one.volume is not None]
        found[key] = (worth[0], max(worth), min(worth), worth[-1], sum(worth) / len(worth),
                      sum(volumes) if volumes else None, len(ones))  # fmt: skip
    return hours, found


@settings(max_examples=40)
@given(batches=BATCHES)
def test_any_order_of_prices_ends_in_what_a_recount_says(worker_url, batches):
    async def run() -> None:
        connection = await connect(worker_url, JOBS)
        try:
            await connection.execute("begin")
            tx = Transaction(connection, SetClock(NOON).now())
            await make.market(tx)
            for batch in batches:
                await make.prices(tx, *batch, market_price_hours=6)
            hours, of_days = expected(batches, timedelta(hours=6))
            for row in await make.rows(tx, "select * from poe2.market_price_history"):
                price, volume, chaos, divine = hours.pop((row["item_id"], row["recorded_at"].astimezone(UTC)))
                assert (row["price"], row["volume"]) == (price, volume)
                for cost, stored in ((chaos, row["price_in_chaos"]), (divine, row["price_in_divine"])):
                    assert (cost is None) == (stored is None), (row, cost)
                    assert cost is None or abs(stored * cost - price) <= price * Decimal("1e-9")
            assert hours == {}
            for row in await make.rows(tx, "select * from poe2.market_daily"):
                wanted = of_days.pop((row["item_id"], row["day"]))
                assert tuple(row[name] for name in ("open", "high", "low", "close")) == wanted[:4]
                assert abs(row["average"] - wanted[4]) <= wanted[4] * Decimal("1e-12")
                assert (row["volume"], row["samples"]) == wanted[5:]
            assert of_days == {}
        finally:
            await connection.execute("rollback")
            await connection.close()

    asyncio.run(run())
