"""The server away, back, wrong or too old: what callers are told, and that they recover by themselves."""

# The block that fails is the thing tested. PostgreSQL's state has no event to wait for.
# ruff: noqa: PT012, ASYNC110

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from guildhall.clock import Clock
from guildhall.db import connection as connections
from guildhall.db.connection import connect
from guildhall.db.embedded import EmbeddedCluster
from guildhall.db.listen import Listener
from guildhall.db.policies import APP
from guildhall.db.pool import Database, PoolSettings
from guildhall.errors import DatabaseUnavailable, Misconfigured

pytestmark = pytest.mark.database

VERSION = int(os.environ.get("GUILDHALL_TEST_POSTGRES", "18"))


@pytest.fixture(scope="module")
def own_cluster() -> Iterator[EmbeddedCluster]:
    """A cluster that the tests of this module may stop."""
    with tempfile.TemporaryDirectory(prefix="gh-") as folder, EmbeddedCluster(Path(folder), VERSION) as cluster:
        yield cluster


@pytest.fixture
async def own(own_cluster) -> AsyncIterator[Database]:
    """A pool on that cluster."""
    if not own_cluster.running():
        own_cluster.start()
    opened = await Database.open(PoolSettings(own_cluster.url(), APP, acquire_timeout=2), Clock())
    yield opened
    await opened.close()


async def ask(db: Database) -> int:
    """A round trip."""
    async with db.read() as tx:
        found: int = await tx.connection.fetchval("select 1")
    return found


@pytest.mark.slow
async def test_requests_fail_while_the_server_is_away_and_recover(own, own_cluster):
    assert await ask(own) == 1

    own_cluster.stop()
    for _ in range(3):
        with pytest.raises(DatabaseUnavailable) as caught:
            await ask(own)
    own_cluster.start()

    assert (caught.value.status, caught.value.retry_after) == (503, 5)
    assert await ask(own) == 1


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_restart_fails_what_runs_and_nothing_after(own, own_cluster, mode):
    started = asyncio.Event()

    async def work() -> None:
        async with own.write() as tx:
            started.set()
            await tx.connection.execute("select pg_sleep(60)")

    task = asyncio.create_task(work())
    await started.wait()
    await asyncio.sleep(0.05)
    await asyncio.to_thread(own_cluster.restart, mode)

    with pytest.raises(DatabaseUnavailable):
        await task
    assert await ask(own) == 1
    assert own.statistics["size"] <= own.statistics["largest"]


@pytest.mark.parametrize("later", range(10))
async def test_a_connection_that_is_ended_in_a_transaction_is_told(own, later):
    beside = await connect(own._settings.url)
    with pytest.raises(DatabaseUnavailable):
        async with own.write() as tx:
            pid = await tx.connection.fetchval("select pg_backend_pid()")
            await beside.execute("select pg_terminate_backend($1)", pid)
            await asyncio.sleep(later * 0.00005)  # its farewell comes before, with or after the next statement
            await tx.connection.execute("select 1")
    await beside.close()

    assert await ask(own) == 1


@pytest.mark.slow
async def test_a_listener_hears_again_after_a_restart_and_tells_of_the_gap(own, own_cluster):
    heard: asyncio.Queue[str] = asyncio.Queue()
    gaps: asyncio.Queue[None] = asyncio.Queue()
    listener = Listener(own_cluster.url(), APP)
    listener.listen("news", heard.put_nowait, lambda: gaps.put_nowait(None))
    await listener.start()

    await _say(own, "first")
    assert await asyncio.wait_for(heard.get(), 5) == "first"
    assert gaps.empty()

    await asyncio.to_thread(own_cluster.restart)
    await asyncio.wait_for(gaps.get(), 20)
    await _say(own, "second")
    assert await asyncio.wait_for(heard.get(), 5) == "second"
    await listener.stop()


@pytest.mark.slow
async def test_a_listener_waits_for_a_server_that_is_away_at_its_start(own_cluster):
    heard: asyncio.Queue[str] = asyncio.Queue()
    listener = Listener(own_cluster.url(), APP)
    listener.listen("news", heard.put_nowait)
    own_cluster.stop()
    starting = asyncio.create_task(listener.start())
    await asyncio.sleep(0.05)
    assert not starting.done()

    own_cluster.start()
    await asyncio.wait_for(starting, 20)
    connection = await connect(own_cluster.url())
    await connection.execute("select pg_notify('news', 'hello')")
    await connection.close()
    assert await asyncio.wait_for(heard.get(), 5) == "hello"
    await listener.stop()


async def _say(db: Database, word: str) -> None:
    async with db.write() as tx:
        await tx.connection.execute("select pg_notify('news', $1)", word)


async def test_every_callback_of_a_channel_hears(clone, db):
    heard: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
    listener = Listener(clone, APP)
    listener.listen("news", lambda word: heard.put_nowait(("one", word)))
    listener.listen("news", lambda word: heard.put_nowait(("two", word)))
    listener.listen("other", lambda word: heard.put_nowait(("other", word)))
    await listener.start()

    await _say(db, "hello")

    assert {await asyncio.wait_for(heard.get(), 5) for _ in range(2)} == {("one", "hello"), ("two", "hello")}
    await listener.stop()
    assert heard.empty()


async def test_a_listener_that_stops_hangs_up(clone):
    listener = Listener(clone, APP)
    listener.listen("news", print)
    await listener.start()
    beside = await connect(clone)
    query = "select count(*) from pg_stat_activity where application_name = 'guildhall-listener'"
    query += " and datname = current_database()"
    assert await beside.fetchval(query) == 1

    await listener.stop()
    await listener.stop()

    async with asyncio.timeout(10):
        while await beside.fetchval(query):
            await asyncio.sleep(0.01)
    await beside.close()


async def test_a_listener_that_never_started_stops():
    await Listener("postgresql://nowhere", APP).stop()


async def test_a_listener_with_a_wrong_url_says_so():
    listener = Listener("mysql://localhost/x", APP)

    with pytest.raises(Misconfigured):
        await listener.start()
    await listener.stop()


@pytest.mark.parametrize(
    "url",
    ["mysql://localhost/x", "postgresql://u:secret@localhost:port/x", "nonsense", "postgresql://h/x?sslmode=mild"],
)
async def test_a_url_that_is_none_is_told_in_one_line_without_its_password(url):
    with pytest.raises(Misconfigured) as caught:
        await Database.open(PoolSettings(url, APP), Clock())

    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_a_database_that_is_not_there_is_told(cluster):
    with pytest.raises(Misconfigured, match='refused the connection: database "gone" does not exist'):
        await Database.open(PoolSettings(cluster.url("gone"), APP), Clock())


async def test_a_port_where_nothing_answers_is_unavailable():
    with pytest.raises(DatabaseUnavailable, match="Cannot connect to PostgreSQL"):
        await Database.open(PoolSettings("postgresql://u@127.0.0.1:1/x", APP), Clock())


async def test_a_database_without_the_roles_names_the_command(own):
    owner = await connect(own._settings.url)
    await owner.execute(f"alter role {APP} rename to somebody_else")
    try:
        with pytest.raises(Misconfigured, match="'guildhall db upgrade' makes the roles"):
            await Database.open(PoolSettings(own._settings.url, APP), Clock())
    finally:
        await owner.execute(f"alter role somebody_else rename to {APP}")
        await owner.close()


async def test_a_server_that_is_too_old_is_refused_in_one_line(clone, monkeypatch):
    monkeypatch.setattr(connections, "OLDEST_SERVER", 99)

    with pytest.raises(Misconfigured, match=rf"^PostgreSQL {VERSION} is too old: Guildhall needs 99 or newer\.$"):
        await Database.open(PoolSettings(clone, APP), Clock())


async def test_closing_does_not_wait_forever_for_a_connection_in_use(own, monkeypatch):
    real = asyncio.wait_for

    def impatient(awaited, timeout):
        return real(awaited, min(timeout, 0.05))

    monkeypatch.setattr(asyncio, "wait_for", impatient)
    with pytest.raises(DatabaseUnavailable):
        async with own.read() as tx:
            await own.close()
            await tx.connection.fetchval("select 1")
