"""Transactions: what is saved, what is not, and what the next user of a connection finds."""

# The block that fails is the thing tested. PostgreSQL's state has no event to wait for.
# ruff: noqa: PT012, ASYNC110

import asyncio
import contextlib

import asyncpg
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guildhall.clock import Clock
from guildhall.db.connection import AllBusy, connect
from guildhall.db.policies import APP
from guildhall.db.pool import Database, LostRace, PoolSettings, Transaction
from guildhall.errors import DatabaseUnavailable, TimedOut

pytestmark = pytest.mark.database


@pytest.fixture
async def scratch(clone: str) -> str:
    """A clone with a table that the tests write to: two counters, and a deferred unique column."""
    owner = await connect(clone)
    await owner.execute(
        f"""
        create schema scratch;
        create table scratch.counters (
            id int primary key, value int not null, seat int unique deferrable initially deferred
        );
        insert into scratch.counters (id, value) values (1, 0), (2, 0);
        grant usage on schema scratch to {APP};
        grant select, insert, update on scratch.counters to {APP};
        """
    )
    await owner.close()
    return clone


@pytest.fixture
async def narrow(scratch):
    """A database whose pool has one connection, so that each user finds what the last one left."""
    opened = await Database.open(PoolSettings(scratch, APP, largest=1, acquire_timeout=0.05), Clock())
    yield opened
    await opened.close()


@pytest.fixture
async def wide(scratch):
    """A database with several connections."""
    opened = await Database.open(PoolSettings(scratch, APP), Clock())
    yield opened
    await opened.close()


async def add(tx: Transaction, counter: int, by: int = 1) -> int:
    """Add to a counter; its value."""
    value: int = await tx.connection.fetchval(
        "update scratch.counters set value = value + $2 where id = $1 returning value", counter, by
    )
    return value


async def values(db: Database) -> list[int]:
    """The counters."""
    async with db.read() as tx:
        rows = await tx.connection.fetch("select value from scratch.counters order by id")
    return [row["value"] for row in rows]


async def state(db: Database) -> str:
    """Whether the pool's connection is in a transaction: 'idle' when it is handed on clean."""
    async with db.read() as tx:
        pid = await tx.connection.fetchval("select pg_backend_pid()")
        beside = await connect(db._settings.url)
        try:
            found: str = await beside.fetchval("select state from pg_stat_activity where pid = $1", pid)
        finally:
            await beside.close()
    return found


async def test_a_block_that_ends_well_is_saved(narrow):
    async with narrow.write() as tx:
        await add(tx, 1)

    assert await values(narrow) == [1, 0]


async def test_a_block_that_fails_leaves_nothing(narrow):
    with pytest.raises(KeyError):
        async with narrow.write() as tx:
            await add(tx, 1)
            raise KeyError("no")

    assert await values(narrow) == [0, 0]
    assert await state(narrow) == "idle"


async def test_a_failed_statement_leaves_nothing(narrow):
    with pytest.raises(asyncpg.UniqueViolationError):
        async with narrow.write() as tx:
            await add(tx, 1)
            await tx.connection.execute("insert into scratch.counters values (1, 0)")

    assert await values(narrow) == [0, 0]


async def test_a_swallowed_failure_is_not_taken_for_a_commit(narrow):
    with pytest.raises(RuntimeError, match="saved nothing"):
        async with narrow.write() as tx:
            await add(tx, 1)
            with contextlib.suppress(asyncpg.UniqueViolationError):
                await tx.connection.execute("insert into scratch.counters values (1, 0)")

    assert await values(narrow) == [0, 0]


async def test_a_commit_that_is_refused_raises(narrow):
    with pytest.raises(asyncpg.UniqueViolationError):
        async with narrow.write() as tx:
            await tx.connection.execute("update scratch.counters set seat = 1")

    assert await state(narrow) == "idle"
    async with narrow.read() as tx:
        assert await tx.connection.fetchval("select count(seat) from scratch.counters") == 0


async def test_a_plain_read_needs_no_transaction(narrow):
    async with narrow.read() as tx:
        await tx.connection.fetchval("select 1")
        assert not tx.connection.is_in_transaction()


async def test_a_read_in_a_transaction_refuses_writes(narrow):
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with narrow.read(snapshot=True) as tx:
            await add(tx, 1)

    assert await values(narrow) == [0, 0]


async def test_a_snapshot_shows_one_instant(wide):
    async with wide.read(snapshot=True) as tx:
        before = await tx.connection.fetchval("select value from scratch.counters where id = 1")
        async with wide.write() as other:
            await add(other, 1)
        after = await tx.connection.fetchval("select value from scratch.counters where id = 1")

    assert (before, after) == (0, 0)
    assert await values(wide) == [1, 0]


async def test_settings_do_not_reach_the_next_user(narrow):
    async with narrow.read(timeout=1.5, custom_plans=True) as tx:
        inside = await _settings(tx)
    async with narrow.read() as tx:
        outside = await _settings(tx)

    assert inside == ("1500ms", "force_custom_plan")
    assert outside == ("15s", "auto")


async def _settings(tx: Transaction) -> tuple[str, str]:
    return tuple(
        await tx.connection.fetchrow(
            "select current_setting('statement_timeout'), current_setting('plan_cache_mode')"
        )
    )  # fmt: skip


async def test_a_statement_that_takes_too_long_is_told(narrow):
    with pytest.raises(TimedOut) as caught:
        async with narrow.write(timeout=0.02) as tx:
            await add(tx, 1)
            await tx.connection.execute("select pg_sleep(30)")

    assert (caught.value.status, caught.value.retry_after) == (503, 5)
    assert await values(narrow) == [0, 0]


async def test_waiting_too_long_for_a_lock_is_told(wide):
    async with wide.write() as holder:
        await add(holder, 1)
        with pytest.raises(TimedOut):
            async with wide.write() as waiter:
                await waiter.connection.execute("set local lock_timeout = '20ms'")
                await add(waiter, 1)

    assert await values(wide) == [1, 0]


async def test_a_full_pool_is_unavailable_not_forever(narrow):
    async with narrow.write():
        with pytest.raises(AllBusy) as caught:
            async with narrow.read():
                pass

    assert isinstance(caught.value, DatabaseUnavailable)
    assert (caught.value.status, caught.value.retry_after) == (503, 5)
    assert narrow.statistics == {"size": 1, "idle": 1, "largest": 1}
    assert await values(narrow) == [0, 0]


async def test_a_wrong_use_of_the_driver_is_a_bug_not_an_outage(narrow):
    with pytest.raises(asyncpg.InterfaceError):
        async with narrow.read() as tx:
            await tx.connection.fetchval("select 1", "one too many")


async def test_somebody_elses_missing_file_is_not_an_outage(narrow):
    with pytest.raises(FileNotFoundError):
        async with narrow.write():
            raise FileNotFoundError("theirs")


async def test_a_task_cancelled_in_a_statement_leaves_a_clean_connection(narrow):
    started = asyncio.Event()

    async def work() -> None:
        async with narrow.write() as tx:
            await add(tx, 1)
            started.set()
            await tx.connection.execute("select pg_sleep(30)")

    task = asyncio.create_task(work())
    await started.wait()
    await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await _next_user_finds_it_clean(narrow)


async def test_a_task_cancelled_between_statements_leaves_a_clean_connection(narrow):
    started = asyncio.Event()

    async def work() -> None:
        async with narrow.write() as tx:
            await add(tx, 1)
            started.set()
            await asyncio.sleep(30)

    task = asyncio.create_task(work())
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    await _next_user_finds_it_clean(narrow)


@pytest.mark.parametrize("steps", range(1, 14))
async def test_a_task_cancelled_anywhere_leaves_a_clean_connection(narrow, steps):
    async def work() -> None:
        async with narrow.write(timeout=5) as tx:
            await add(tx, 1)
            raise KeyError("rolled back")

    task = asyncio.create_task(work())
    await asyncio.sleep(steps * 0.0001)
    task.cancel()
    await asyncio.sleep(0)
    task.cancel()  # again, into the clearing up
    await asyncio.gather(task, return_exceptions=True)

    await _next_user_finds_it_clean(narrow)


async def _next_user_finds_it_clean(db: Database) -> None:
    async with asyncio.timeout(5):
        while db.statistics["idle"] == 0 and db.statistics["size"] == 1:
            await asyncio.sleep(0.005)
    assert await values(db) == [0, 0]
    assert await state(db) == "idle"
    async with db.write() as tx:
        await add(tx, 2)
    assert await values(db) == [0, 1]


async def test_transact_gives_what_the_action_returns(wide):
    assert await wide.transact(lambda tx: add(tx, 1, 5)) == 5
    assert await values(wide) == [5, 0]


async def test_transact_does_not_repeat_other_failures(wide):
    attempts = []

    async def fail(tx: Transaction) -> None:
        attempts.append(1)
        raise KeyError("no")

    with pytest.raises(KeyError):
        await wide.transact(fail)

    assert len(attempts) == 1


async def test_a_deadlock_ends_in_both_being_saved(wide, clone):
    met = asyncio.Barrier(2)
    attempts = []

    async def both(tx: Transaction, first: int, second: int) -> None:
        attempts.append(first)
        await tx.connection.execute("set local deadlock_timeout = '5ms'")
        await add(tx, first)
        if len(attempts) <= 2:
            await met.wait()
        await add(tx, second)

    admin = await connect(clone)
    await admin.execute(f"grant set on parameter deadlock_timeout to {APP}")
    await admin.close()
    await asyncio.gather(wide.transact(lambda tx: both(tx, 1, 2)), wide.transact(lambda tx: both(tx, 2, 1)))

    assert len(attempts) == 3
    assert await values(wide) == [2, 2]


async def test_a_serialization_failure_is_tried_again(wide):
    met = asyncio.Barrier(2)
    attempts = []

    async def add_total(tx: Transaction, counter: int) -> None:
        attempts.append(counter)
        total = await tx.connection.fetchval("select sum(value)::int + 1 from scratch.counters")
        if len(attempts) <= 2:
            await met.wait()
        await add(tx, counter, total)

    await asyncio.gather(
        wide.transact(lambda tx: add_total(tx, 1), serializable=True),
        wide.transact(lambda tx: add_total(tx, 2), serializable=True),
    )

    assert len(attempts) == 3
    assert sorted(await values(wide)) == [1, 2]


async def test_transact_gives_up_after_five(wide):
    attempts = []

    async def always_late(tx: Transaction) -> None:
        attempts.append(1)
        await tx.connection.fetchval("select value from scratch.counters where id = 1")
        async with wide.write() as faster:
            await add(faster, 1)
        await add(tx, 1)

    with pytest.raises(LostRace) as caught:
        await wide.transact(always_late, serializable=True)

    assert len(attempts) == 5
    assert (caught.value.status, caught.value.code, caught.value.retry_after) == (503, "lost_race", 1)
    assert await values(wide) == [5, 0]


async def test_write_tells_of_a_lost_race_as_one(wide):
    with pytest.raises(LostRace):
        async with wide.write(serializable=True) as tx:
            await tx.connection.fetchval("select value from scratch.counters where id = 1")
            async with wide.write() as faster:
                await add(faster, 1)
            await add(tx, 1)

    assert await values(wide) == [1, 0]


TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
OFTEN = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@OFTEN
@given(value=VALUES, padding=st.sampled_from([b"", b" ", b"\n\t "]))
async def test_json_comes_back_byte_for_byte(tx, value, padding):
    stored = padding + msgspec.json.encode(value) + padding

    assert await tx.connection.fetchval("select $1::json", stored) == stored


@OFTEN
@given(value=VALUES)
async def test_jsonb_comes_back_as_what_it_was(tx, value):
    encoded = msgspec.json.encode(value)

    assert await tx.connection.fetchval("select $1::jsonb", encoded) == value
    assert await tx.connection.fetchval("select $1::jsonb", encoded.decode()) == value


@OFTEN
@given(value=st.dictionaries(TEXT, VALUES, max_size=4) | st.lists(VALUES, max_size=4))
async def test_jsonb_takes_objects_and_lists_as_they_are(tx, value):
    assert await tx.connection.fetchval("select $1::jsonb", value) == value
