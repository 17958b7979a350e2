"""A real streaming replica: reads go there, nobody misses their own writes, and its death costs nobody an answer."""

# The block that fails is the thing tested. PostgreSQL's state has no event to wait for.
# ruff: noqa: PT012, ASYNC110

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from guildhall import log
from guildhall.clock import Clock
from guildhall.db import replica as replicas
from guildhall.db.connection import AllBusy, connect
from guildhall.db.embedded import EmbeddedCluster
from guildhall.db.policies import APP, Viewer
from guildhall.db.pool import Database, PoolSettings
from guildhall.db.programs import binaries
from guildhall.db.replica import Replica
from guildhall.errors import DatabaseUnavailable, Misconfigured
from guildhall.ids import UserId, uuid7

pytestmark = [pytest.mark.database, pytest.mark.slow]

VERSION = int(os.environ.get("GUILDHALL_TEST_POSTGRES", "18"))
ANNA = Viewer(UserId(uuid7()))
BERT = Viewer(UserId(uuid7()))


class Pair:
    """A primary and its replica."""

    def __init__(self, primary: EmbeddedCluster, replica: EmbeddedCluster) -> None:
        self.primary = primary
        self.replica = replica


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    folder = Path(tempfile.mkdtemp(prefix="gh-"))
    with EmbeddedCluster(folder / "primary", VERSION) as primary:
        (folder / "replica").mkdir()
        copy = folder / "replica" / "data"
        subprocess.run(
            [binaries(VERSION) / "pg_basebackup", "-d", primary.url("postgres"), "-D", copy, "-R", "-c", "fast"],
            check=True,
        )
        status = primary.data.stat()
        for path in (copy, *copy.rglob("*")):
            os.chown(path, status.st_uid, status.st_gid)
        with EmbeddedCluster(folder / "replica", VERSION) as replica:
            yield Pair(primary, replica)
    shutil.rmtree(folder)


@pytest.fixture
async def settings(pair) -> PoolSettings:
    """A process of both, with an empty table of notes that the replica has."""
    if not pair.replica.running():
        pair.replica.start()
    owner = await connect(pair.primary.url())
    await owner.execute(
        "drop table if exists public.notes; create table public.notes (text text); grant all on public.notes to public"
    )
    position = await owner.fetchval("select pg_current_wal_lsn()::text")
    await owner.close()
    await _caught_up(pair, position)
    return PoolSettings(pair.primary.url(), APP, pair.replica.url(), acquire_timeout=2)


@pytest.fixture
async def db(settings) -> AsyncIterator[Database]:
    opened = await Database.open(settings, Clock())
    yield opened
    await opened.close()


async def _caught_up(pair: Pair, position: str) -> None:
    connection = await connect(pair.replica.url())
    async with asyncio.timeout(30):
        while not await connection.fetchval("select pg_last_wal_replay_lsn() >= $1::text::pg_lsn", position):
            await asyncio.sleep(0.01)
    await connection.close()


@pytest.fixture
async def standing_still(pair, settings) -> AsyncIterator[Any]:
    """A replica that replays nothing; call it to have it go on."""
    connection = await connect(pair.replica.url())
    await connection.execute("select pg_wal_replay_pause()")
    async with asyncio.timeout(10):
        while await connection.fetchval("select pg_get_wal_replay_pause_state()") != "paused":
            await asyncio.sleep(0.01)

    async def go_on() -> None:
        await connection.execute("select pg_wal_replay_resume()")
        owner = await connect(pair.primary.url())
        position = await owner.fetchval("select pg_current_wal_lsn()::text")
        await owner.close()
        await _caught_up(pair, position)

    yield go_on
    await go_on()
    await connection.close()


async def read_at(db: Database, viewer: Viewer | None = None) -> tuple[str, list[str]]:
    """Where a read goes, and the notes it finds there."""
    async with db.read(viewer) as tx:
        on_replica = await tx.connection.fetchval("select pg_is_in_recovery()")
        rows = await tx.connection.fetch("select text from public.notes order by text")
    return "replica" if on_replica else "primary", [row["text"] for row in rows]


def ask_again(db: Database) -> None:
    """Have the time for which a dead replica is set aside be over."""
    assert db._replica is not None
    db._replica._away_until = 0.0


async def write(db: Database, viewer: Viewer | None, text: str) -> None:
    """Add a note."""
    async with db.write(viewer) as tx:
        await tx.connection.execute("insert into public.notes values ($1)", text)


async def test_reads_go_to_the_replica_and_writes_do_not(db):
    await write(db, None, "one")

    assert (await read_at(db))[0] == "replica"
    assert (await read_at(db, ANNA))[0] == "replica"


async def test_who_has_just_written_reads_it_on_the_primary_until_the_replica_has_it(db, standing_still):
    await write(db, ANNA, "Anna's")

    assert await read_at(db, ANNA) == ("primary", ["Anna's"])
    assert await read_at(db, BERT) == ("replica", [])
    assert await read_at(db) == ("replica", [])

    await standing_still()
    assert await read_at(db, ANNA) == ("replica", ["Anna's"])
    assert db._replica.remembered == 0


async def test_a_second_write_is_waited_for_too(db, standing_still):
    await write(db, ANNA, "1")
    await write(db, ANNA, "2")
    assert await read_at(db, ANNA) == ("primary", ["1", "2"])

    await standing_still()
    await write(db, ANNA, "3")
    assert (await read_at(db, ANNA))[1] == ["1", "2", "3"]


async def test_a_failed_write_sends_nobody_to_the_primary(db, standing_still):
    with pytest.raises(KeyError):
        async with db.write(ANNA):
            raise KeyError("no")

    assert (await read_at(db, ANNA))[0] == "replica"


async def test_memory_of_writers_is_bounded_and_none_of_them_misses_a_write(db, standing_still):
    db._replica = Replica(db._replica.pool, 2, most_remembered=3)
    writers = [Viewer(UserId(uuid7())) for _ in range(8)]
    for number, viewer in enumerate(writers):
        await write(db, viewer, str(number))
        assert db._replica.remembered <= 3

    for viewer in writers:
        assert (await read_at(db, viewer))[0] == "primary"
    assert (await read_at(db))[0] == "replica"

    await standing_still()
    assert {(await read_at(db, viewer))[0] for viewer in writers} == {"replica"}
    assert db._replica.remembered == 0


async def test_what_the_replica_has_is_forgotten_for_all_at_once(db, standing_still):
    for _ in range(5):
        await write(db, Viewer(UserId(uuid7())), "x")
    await write(db, ANNA, "y")
    assert db._replica.remembered == 6

    await standing_still()
    await read_at(db, ANNA)
    assert db._replica.remembered == 0


async def test_a_dead_replica_is_passed_over_with_a_warning(db, pair, capsys, monkeypatch):
    log.configure()
    assert (await read_at(db))[0] == "replica"
    await asyncio.to_thread(pair.replica.stop)

    assert [(await read_at(db, viewer))[0] for viewer in (None, ANNA, None)] == ["primary"] * 3
    said = capsys.readouterr()
    assert (said.out + said.err).count("replica_away") == 1

    await asyncio.to_thread(pair.replica.start)
    ask_again(db)
    assert (await read_at(db))[0] == "replica"


async def test_a_dead_replica_is_asked_again_after_a_while(db, pair, monkeypatch):
    monkeypatch.setattr(replicas, "_AWAY_SECONDS", 0.05)
    await asyncio.to_thread(pair.replica.stop)
    assert (await read_at(db))[0] == "primary"

    await asyncio.to_thread(pair.replica.start)
    async with asyncio.timeout(10):
        while (await read_at(db))[0] != "replica":
            await asyncio.sleep(0.01)


async def test_a_read_that_runs_while_the_replica_dies_fails_and_the_next_does_not(db, pair):
    with pytest.raises(DatabaseUnavailable):
        async with db.read() as tx:
            assert await tx.connection.fetchval("select pg_is_in_recovery()")
            await asyncio.to_thread(pair.replica.stop, "immediate")
            await tx.connection.fetchval("select 1")

    assert (await read_at(db))[0] == "primary"


async def test_a_process_starts_without_its_replica(settings, pair):
    await asyncio.to_thread(pair.replica.stop)
    db = await Database.open(settings, Clock())
    assert (await read_at(db))[0] == "primary"

    await asyncio.to_thread(pair.replica.start)
    ask_again(db)
    assert (await read_at(db))[0] == "replica"
    await db.close()


async def test_a_replica_whose_connections_are_all_busy_is_not_relieved_by_the_primary(settings):
    narrow = PoolSettings(settings.url, settings.role, settings.replica_url, largest=1, acquire_timeout=0.1)
    db = await Database.open(narrow, Clock())
    async with db.read():
        with pytest.raises(AllBusy):
            await read_at(db)
    assert (await read_at(db))[0] == "replica"
    await db.close()


async def test_a_wrong_replica_url_is_told_at_the_start(settings):
    wrong = PoolSettings(settings.url, settings.role, "mysql://localhost/x")

    with pytest.raises(Misconfigured):
        await Database.open(wrong, Clock())
