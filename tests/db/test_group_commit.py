"""A group commit of rows: growing batches, rows that the database does not take, and a database that goes away."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, ClassVar

import asyncpg
import pytest

from guildhall.clock import Clock
from guildhall.db.arrays import array_of, array_of_texts
from guildhall.db.embedded import EmbeddedCluster
from guildhall.db.group_commit import writer as module
from guildhall.db.group_commit.pending import Awaited
from guildhall.db.group_commit.writer import GroupCommit, WriterLimits
from guildhall.db.policies import APP
from guildhall.db.pool import Database, PoolSettings
from guildhall.db.statements import ALL, rows
from guildhall.errors import DatabaseUnavailable, Unavailable, Unprocessable

pytestmark = pytest.mark.database

VERSION = int(os.environ.get("GUILDHALL_TEST_POSTGRES", "18"))


class Busy(Unavailable):
    pass


class Uncertain(Unavailable):
    pass


class Refused(Unprocessable):
    pass


Note = Awaited[tuple[str, str | None], int]
"""A text with a key, whose number somebody awaits."""


@rows(list[int] | None, "select notes.add(:era, :texts::text::text[], :keys::text::text[])")
def add_notes(era: int, texts: str, keys: str | None) -> None: ...


del ALL[-1:]

SCHEMA = """
create schema notes;
create table notes.notes (
    number bigint generated always as identity, text text not null check (text <> 'bad'), key text unique,
    batch xid8 not null default pg_current_xact_id()
);
create table notes.era (number int not null);
insert into notes.era values (1);
-- Adds notes and returns their numbers; null when the era is another one than that of the caller.
create function notes.add(era int, texts text[], keys text[]) returns bigint[] language plpgsql as $$
begin
    if era <> (select e.number from notes.era e) then
        return null;
    end if;
    insert into notes.notes (text, key)
    select t.text, t.key from unnest(texts, keys) with ordinality t (text, key, n) order by t.n
    on conflict (key) do nothing;
    return (select array_agg(coalesce(o.number, 0) order by t.n)
            from unnest(texts, keys) with ordinality t (text, key, n)
            left join lateral (select max(m.number) as number from notes.notes m
                               where m.text = t.text and m.key is not distinct from t.key) o on true);
end $$;
grant usage on schema notes to guildhall_app;
grant all on all tables in schema notes to guildhall_app;
"""


class Notes(GroupCommit[Note, list[int] | None]):
    """The writer of notes."""

    busy: ClassVar = Busy
    uncertain: ClassVar = Uncertain
    refused: ClassVar = Refused
    era = 1

    def keys(self, batch: Sequence[Note]) -> list[str | None]:
        return [one.row[1] for one in batch]

    def arguments(self, batch: Sequence[Note]) -> tuple[Any, ...]:
        return self.era, array_of_texts([one.row[0] for one in batch]), array_of_texts([one.row[1] for one in batch])

    def answered(self, answer: list[int] | None, arguments: tuple[Any, ...]) -> bool:
        return answer is not None

    async def check_again(self, batch: Sequence[Note]) -> Sequence[Note]:
        self.era += 1
        gone = [one for one in batch if one.row[0] == "old"]
        for one in gone:
            one.failed(LookupError("checked too early"))
        return [one for one in batch if one not in gone]

    def settle(self, batch: Sequence[Note], answer: list[int] | None, arguments: tuple[Any, ...]) -> int:
        assert answer is not None
        for one, number in zip(batch, answer, strict=True):
            if one.row[0] == "fault":
                raise RuntimeError("a bug of a callback")
            one.written(number)
        return len(batch)

    def write(self, text: str, key: str | None = None) -> "asyncio.Future[int]":
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.submit(Awaited(row=(text, key), future=future))
        return future


def writer_of(db: Database, **limits: Any) -> Notes:
    return Notes(db, add_notes, WriterLimits(**{"batch_most": 500, "waiting_most": 1000, "seconds": 10.0, **limits}))


@pytest.fixture
async def admin(clone: str) -> AsyncIterator[Any]:
    connection = await asyncpg.connect(clone)
    await connection.execute(SCHEMA)
    yield connection
    await connection.close()


@pytest.fixture
async def notes(db: Database, admin: Any) -> AsyncIterator[Notes]:
    writer = writer_of(db)
    yield writer
    await writer.close()


@asynccontextmanager
async def locked(url: str) -> AsyncIterator[None]:
    """Nobody can add a note meanwhile."""
    connection = await asyncpg.connect(url)
    try:
        async with connection.transaction():
            await connection.execute("lock table notes.notes in access exclusive mode")
            yield
    finally:
        await connection.close()


async def blocked(admin: Any) -> int:
    """The process id of the backend that waits with a batch."""
    async with asyncio.timeout(10):
        while True:
            found = await admin.fetchval(
                "select pid from pg_stat_activity where query like '%notes.add(%' and wait_event_type = 'Lock' "
                "and datname = current_database()"
            )
            if found is not None:
                return int(found)
            await asyncio.sleep(0.01)


async def outcomes(futures: Sequence["asyncio.Future[int]"]) -> list[Any]:
    return await asyncio.wait_for(asyncio.gather(*futures, return_exceptions=True), 20)


async def test_rows_that_come_during_a_commit_share_the_next_one(notes, admin, clone):
    async with locked(clone):
        first = notes.write("first")
        await blocked(admin)
        more = [notes.write(f"{n}") for n in range(40)]
    numbers = await outcomes([first, *more])

    assert numbers == list(range(1, 42))
    assert await admin.fetchval("select count(distinct batch) from notes.notes") <= 3
    assert (notes.written, notes.batches, notes.waiting) == (41, notes.batches, 0)
    assert 2 <= notes.batches <= 3


async def test_a_batch_has_no_more_rows_than_allowed(db, admin):
    writer = writer_of(db, batch_most=7)
    await outcomes([writer.write(f"{n}") for n in range(50)])
    await writer.close()

    sizes = [row[0] for row in await admin.fetch("select count(*) from notes.notes group by batch")]
    assert sum(sizes) == 50
    assert max(sizes) == 7


@pytest.mark.parametrize("bad", [[0], [5, 6, 30], list(range(40))])
async def test_a_refused_row_keeps_no_other_back(notes, admin, bad):
    told = await outcomes([notes.write("bad" if n in bad else f"{n}") for n in range(40)])

    assert [n for n, outcome in enumerate(told) if isinstance(outcome, Refused)] == bad
    good = [n for n in range(40) if n not in bad]
    assert [text for (text,) in await admin.fetch("select text from notes.notes order by number")] == [
        f"{n}" for n in good
    ]
    assert all(told[n] > 0 for n in good)


async def test_a_full_queue_refuses_and_takes_again_later(db, admin, clone):
    writer = writer_of(db, waiting_most=5)
    async with locked(clone):
        first = writer.write("first")
        await blocked(admin)
        waiting = [writer.write(f"{n}") for n in range(5)]
        with pytest.raises(Busy):
            writer.write("one too many")
        assert writer.waiting == 5
    assert len(await outcomes([first, *waiting])) == 6
    assert await writer.write("after") == 7
    await writer.close()


async def test_a_key_is_written_once_even_in_one_turn(notes, admin):
    told = await outcomes([notes.write("same", "k") for _ in range(20)])

    assert len(set(told)) == 1
    assert await admin.fetchval("select count(*) from notes.notes") == 1


async def test_a_caller_that_is_cancelled_hinders_nobody(notes, admin, clone):
    async with locked(clone):
        futures = [notes.write(f"{n}") for n in range(10)]
        await blocked(admin)
        futures[3].cancel()
        later = notes.write("later")
    told = await outcomes([*futures, later])

    assert isinstance(told[3], asyncio.CancelledError)
    assert all(isinstance(one, int) for n, one in enumerate(told) if n != 3)
    assert await admin.fetchval("select count(*) from notes.notes") == 11


async def test_rows_that_were_checked_too_early_are_checked_again(notes, admin):
    await admin.execute("update notes.era set number = 3")
    told = await outcomes([notes.write("old" if n == 2 else f"{n}") for n in range(5)])

    assert isinstance(told[2], LookupError)
    assert sorted(number for number in told if isinstance(number, int)) == [1, 2, 3, 4]
    assert notes.era == 3


async def test_a_lost_connection_fails_what_was_on_its_way_without_a_key(notes, admin, clone):
    async with locked(clone):
        futures = [notes.write("without"), notes.write("with", "k")]
        pid = await blocked(admin)
        waits = notes.write("waits")
        await admin.execute("select pg_terminate_backend($1)", pid)
        with pytest.raises(Uncertain):
            await asyncio.wait_for(futures[0], 10)
    told = await outcomes([futures[1], waits])

    assert all(isinstance(one, int) for one in told)
    assert {text for (text,) in await admin.fetch("select text from notes.notes")} == {"with", "waits"}


async def test_a_callback_that_fails_does_not_end_the_writer(notes, admin):
    fault = notes.write("fault")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(fault), 0.5)
    fault.cancel()

    assert await asyncio.wait_for(notes.write("after"), 10) == 2
    assert await admin.fetchval("select count(*) from notes.notes") == 2


async def test_closing_writes_what_waits_and_takes_no_more(db, admin):
    writer = writer_of(db, batch_most=3)
    futures = [writer.write(f"{n}") for n in range(30)]
    await writer.close()

    assert [future.result() for future in futures] == list(range(1, 31))
    with pytest.raises(Busy):
        writer.write("late")


async def test_closing_fails_what_cannot_be_written_in_time(db, admin, clone, monkeypatch):
    monkeypatch.setattr(module, "_CLOSING", 0.2)
    writer = writer_of(db)
    async with locked(clone):
        on_its_way = writer.write("on its way")
        await blocked(admin)
        waits = writer.write("waits")
        await asyncio.wait_for(writer.close(), 5)
        told = await outcomes([on_its_way, waits])

    assert [type(one) for one in told] == [Uncertain, DatabaseUnavailable]


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[EmbeddedCluster]:
    """A cluster that the tests of this module may stop."""
    with tempfile.TemporaryDirectory(prefix="gh-") as folder, EmbeddedCluster(Path(folder), VERSION) as cluster:
        yield cluster


@pytest.mark.slow
async def test_rows_wait_for_a_database_that_restarts_as_long_as_they_may(own_cluster):
    url = own_cluster.url()
    connection = await asyncpg.connect(url)
    await connection.execute(
        "create role guildhall_app login"
        if not await connection.fetchval("select exists (select from pg_roles where rolname = 'guildhall_app')")
        else "select"
    )
    await connection.execute(SCHEMA)
    await connection.close()
    db = await Database.open(PoolSettings(url, APP, acquire_timeout=1), Clock())
    patient, hurried = writer_of(db), writer_of(db, seconds=0.2)
    assert await patient.write("before") == 1

    await asyncio.to_thread(own_cluster.stop)
    waits, fails = patient.write("waits", "k"), hurried.write("fails", "f")
    with pytest.raises(Unavailable):
        await asyncio.wait_for(fails, 20)
    await asyncio.to_thread(own_cluster.start)

    assert await asyncio.wait_for(waits, 30) > 1
    await patient.close()
    await hurried.close()
    await db.close()


def test_columns_are_written_as_postgresql_reads_them():
    assert array_of_texts(["a", 'q"\\', None, "NULL"]) == '{"a","q\\"\\\\",NULL,"NULL"}'
    assert array_of_texts([None, None]) is None
    assert array_of([1, None]) == "{1,NULL}"
    assert array_of([None]) is None
