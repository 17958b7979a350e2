"""Month partitions: made ahead, never losing a row, dropped when retention says so."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.clock import Clock, SetClock
from guildhall.db.connection import connect
from guildhall.db.partitions import (
    drop_before,
    following,
    make_ahead,
    make_months,
    month_of,
    partition_made,
    partitioned_tables,
)
from guildhall.db.policies import APP, JOBS, READONLY
from guildhall.db.pool import Database, PoolSettings

pytestmark = pytest.mark.database

TABLE = "scratch.visits"
SCRATCH = f"""
create schema scratch;
create table scratch.visits (id int not null, at timestamptz not null, primary key (id, at)) partition by range (at);
create table scratch.visits_before_2023 partition of scratch.visits for values from (minvalue) to ('2023-01-01 00:00Z');
create table scratch.visits_default partition of scratch.visits default;
grant usage on schema scratch to {APP}, {JOBS}, {READONLY};
grant select, insert on scratch.visits to {APP}, {JOBS};
alter default privileges in schema scratch grant select, insert on tables to {APP}, {JOBS}, {READONLY};
insert into core.partitioned_tables (table_name, ahead, first_month) values ('{TABLE}', 2, '2023-01-01');
"""


@pytest.fixture
async def at(clone) -> AsyncIterator[Database]:
    """A database with a partitioned table that has no month yet, on the 31st of January 2024, as the worker."""
    owner = await connect(clone)
    await owner.execute(SCRATCH)
    await owner.close()
    clock = SetClock(datetime(2024, 1, 31, 23, 0, tzinfo=UTC))
    opened = await Database.open(PoolSettings(clone, JOBS), clock)
    yield opened
    await opened.close()


async def partitions(db: Database) -> list[str]:
    """The months that have a partition, by the ends of their names."""
    async with db.read() as tx:
        rows = await tx.connection.fetch(
            "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
            " where i.inhparent = 'scratch.visits'::regclass order by 1"
        )
    return [row["relname"].removeprefix("visits_") for row in rows]


async def visit(db: Database, number: int, when: datetime) -> None:
    """Add a row."""
    async with db.write() as tx:
        await tx.connection.execute("insert into scratch.visits values ($1, $2)", number, when)


async def where(db: Database) -> dict[int, str]:
    """Which partition each row lies in."""
    async with db.read() as tx:
        rows = await tx.connection.fetch(
            "select v.id, c.relname from scratch.visits v join pg_class c on c.oid = v.tableoid order by v.id"
        )
    return {row["id"]: row["relname"].removeprefix("visits_") for row in rows}


async def test_the_present_month_and_the_coming_ones_are_made(at):
    async with at.write() as tx:
        ((table, ahead),) = [one for one in await partitioned_tables.many(tx) if one[0] == TABLE]
        made = await make_ahead(tx, table, ahead)
    async with at.write() as tx:
        again = await make_ahead(tx, table, ahead)

    assert made == [date(2024, 1, 1), date(2024, 2, 1), date(2024, 3, 1)]
    assert again == []
    assert await partitions(at) == ["2024_01", "2024_02", "2024_03", "before_2023", "default"]


async def test_a_row_whose_partition_is_missing_is_kept_and_moves_when_it_is_made(at):
    for number, when in enumerate(
        [
            datetime(2024, 1, 31, 23, 59, 59, 999999, UTC),
            datetime(2024, 2, 1, tzinfo=UTC),
            datetime(2024, 2, 29, 23, 59, 59, 999999, UTC),
            datetime(2024, 3, 1, tzinfo=UTC),
            datetime(2022, 12, 31, 23, 59, tzinfo=UTC),
        ]
    ):
        await visit(at, number, when)
    before = await where(at)

    async with at.write() as tx:
        assert await make_months(tx, TABLE, [date(2024, 2, 1)]) == [date(2024, 2, 1)]

    assert before == {0: "default", 1: "default", 2: "default", 3: "default", 4: "before_2023"}
    assert await where(at) == {0: "default", 1: "2024_02", 2: "2024_02", 3: "default", 4: "before_2023"}


async def test_months_are_utcs_whatever_zone_the_session_has(at):
    async with at.write() as tx:
        await tx.connection.execute("set local timezone = 'Pacific/Auckland'")
        await make_months(tx, TABLE, [date(2024, 2, 1)])
    await visit(at, 1, datetime(2024, 1, 31, 23, 59, tzinfo=UTC))
    await visit(at, 2, datetime(2024, 2, 1, 0, 0, tzinfo=UTC))

    assert await where(at) == {1: "default", 2: "2024_02"}


async def test_any_day_of_a_month_means_the_month(at):
    async with at.write() as tx:
        assert await partition_made.one(tx, TABLE, date(2024, 2, 29)) is True
        assert await partition_made.one(tx, TABLE, date(2024, 2, 1)) is False

    assert "2024_02" in await partitions(at)


async def test_two_that_make_the_same_months_at_once_make_each_once(at):
    months = [following(date(2024, 1, 1), step) for step in range(6)]

    async def make() -> list[date]:
        async with at.write() as tx:
            return await make_months(tx, TABLE, months)

    made = await asyncio.gather(*(make() for _ in range(4)))

    assert sorted(month for each in made for month in each) == months


async def test_rows_that_arrive_while_a_month_is_made_are_not_lost(at):
    done = asyncio.Event()
    added: list[int] = []
    begun = asyncio.Event()

    async def keep_visiting() -> None:
        while not done.is_set():
            added.append(len(added))
            await visit(at, added[-1], datetime(2024, 2, 10, tzinfo=UTC))
            if len(added) == 5:
                begun.set()

    visitors = asyncio.create_task(keep_visiting())
    await begun.wait()
    async with at.write() as tx:
        await make_months(tx, TABLE, [date(2024, 2, 1)])
    done.set()
    await visitors

    assert await where(at) == dict.fromkeys(added, "2024_02")


async def test_a_month_before_the_first_has_no_partition_of_its_own(at):
    async with at.write() as tx:
        assert await make_months(tx, TABLE, [date(2022, 12, 1)]) == []

    assert "2022_12" not in await partitions(at)


async def test_a_table_that_is_not_registered_is_left_alone(at):
    async with at.write() as tx:
        assert await partition_made.one(tx, "core.jobs", date(2024, 2, 1)) is False
        assert await partition_made.one(tx, "scratch.visits; drop table core.jobs", date(2024, 2, 1)) is False
        assert await drop_before(tx, "core.jobs", 0) == []


async def test_old_months_are_dropped_and_named_and_no_others(at):
    async with at.write() as tx:
        await make_months(tx, TABLE, [following(date(2023, 10, 1), step) for step in range(5)])
    await visit(at, 1, datetime(2023, 10, 5, tzinfo=UTC))
    await visit(at, 2, datetime(2023, 12, 5, tzinfo=UTC))
    await visit(at, 3, datetime(2020, 1, 1, tzinfo=UTC))
    await visit(at, 4, datetime(2023, 6, 1, tzinfo=UTC))

    async with at.write() as tx:
        dropped = await drop_before(tx, TABLE, 2)
        again = await drop_before(tx, TABLE, 2)

    assert (dropped, again) == (["scratch.visits_2023_10"], [])
    assert await partitions(at) == ["2023_11", "2023_12", "2024_01", "2024_02", "before_2023", "default"]
    assert await where(at) == {2: "2023_12", 3: "before_2023", 4: "default"}


async def test_requests_make_months_but_drop_none(at, clone):
    app = await Database.open(PoolSettings(clone, APP), Clock())
    async with app.write() as tx:
        assert await make_months(tx, TABLE, [date(2024, 2, 1)]) == [date(2024, 2, 1)]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with app.write() as tx:
            await drop_before(tx, TABLE, 1)
    await app.close()


async def test_people_who_look_make_nothing(at, clone):
    readonly = await Database.open(PoolSettings(clone, READONLY), Clock())
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with readonly.write() as tx:
            await make_months(tx, TABLE, [date(2024, 2, 1)])
    await readonly.close()


@pytest.mark.parametrize("role", [APP, JOBS])
async def test_nobody_registers_a_table_for_themselves(clone, role):
    connection = await connect(clone, role)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("insert into core.partitioned_tables values ('core.jobs', 1, '2024-01-01')")
    await connection.close()


async def test_a_partition_is_reached_through_its_table_alone(at, clone):
    async with at.write() as tx:
        await make_months(tx, TABLE, [date(2024, 2, 1)])
    await visit(at, 1, datetime(2024, 2, 10, tzinfo=UTC))

    assert await where(at) == {1: "2024_02"}
    for role in (APP, JOBS, READONLY):
        connection = await connect(clone, role)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetch("select * from scratch.visits_2024_02")
        await connection.close()


async def test_the_matches_have_their_coming_months(tx):
    (name,) = await tx.connection.fetchrow(
        "select to_regclass('dota2.player_matches_' || to_char(now() + interval '1 month', 'YYYY_MM'))::text"
    )

    assert name is not None


DAYS = st.dates(date(1900, 1, 1), date(2900, 12, 31))


@given(DAYS)
def test_a_month_begins_on_its_first(day):
    first = month_of(day)

    assert (first.year, first.month, first.day) == (day.year, day.month, 1)
    assert month_of(first) == first
    assert first <= day < following(first)


@given(DAYS, st.integers(-2000, 2000), st.integers(-2000, 2000))
def test_months_are_counted_one_after_the_other(day, one, other):
    month = month_of(day)

    assert following(following(month, one), other) == following(month, one + other)
    assert following(following(month, one), -one) == month
    assert (following(month, one) > month) == (one > 0)


@given(DAYS)
def test_a_month_has_28_to_31_days(day):
    month = month_of(day)

    assert 28 <= (following(month) - month).days <= 31


@pytest.mark.parametrize(("year", "days"), [(2024, 29), (2023, 28), (2000, 29), (1900, 28)])
def test_february_is_as_long_as_it_should_be(year, days):
    assert (following(date(year, 2, 1)) - date(year, 2, 1)).days == days
    assert following(date(year, 12, 1)) == date(year + 1, 1, 1)
    assert following(date(year, 1, 1), -1) == date(year - 1, 12, 1)
