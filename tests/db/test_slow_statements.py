"""What takes long is told in the log, without its values."""

from collections.abc import Iterator

import asyncpg
import pytest

from guildhall.boot.database import pool_settings
from guildhall.boot.settings import Settings, load
from guildhall.clock import Clock
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, Transaction
from guildhall.db.statements import ALL, command, rows
from tests.logs import captured_logs

pytestmark = pytest.mark.database


@pytest.fixture
def tenth(tx: Transaction) -> Iterator[None]:
    """A tenth of a second is slow; statements that the test makes are not the house's."""
    known = len(ALL)
    tx.slow_seconds = 0.1
    yield
    del ALL[known:]


@pytest.mark.usefixtures("tenth")
async def test_slow_statements_are_told_and_quick_ones_are_not(tx):
    @rows(str, "select\n  :said::text as said\nfrom pg_sleep(:seconds)")
    def sleep(seconds: float, said: str) -> None: ...

    @command("do $$ begin perform pg_sleep(0.15); end $$")
    def pause() -> None: ...

    with captured_logs() as logs:
        await sleep.one(tx, 0.0, "quick")
        await sleep.one(tx, 0.15, "secret")
        await sleep.one_or_none(tx, 0.15, "secret")
        await sleep.many(tx, 0.15, "secret")
        await pause.run(tx)

    assert [line["event"] for line in logs] == ["slow_statement"] * 4
    assert {line["log_level"] for line in logs} == {"warning"}
    assert {line["sql"] for line in logs} == {
        "select $2::text as said from pg_sleep($1)", "do $$ begin perform pg_sleep(0.15); end $$"
    }  # fmt: skip
    assert all(0.1 < line["seconds"] < 10 for line in logs)
    assert "secret" not in repr(logs)


@pytest.mark.usefixtures("tenth")
async def test_a_statement_that_is_stopped_is_told_too(tx):
    @rows(str, "select 'x' from pg_sleep(:seconds)")
    def sleep(seconds: float) -> None: ...

    await tx.connection.execute("set local statement_timeout = 200")

    with captured_logs() as logs, pytest.raises(asyncpg.QueryCanceledError):
        await sleep.one(tx, 5.0)

    assert [line["event"] for line in logs] == ["slow_statement"]


async def test_the_transactions_of_a_pool_have_the_limit_of_its_settings(worker_url, monkeypatch):
    monkeypatch.setenv("GUILDHALL_SLOW_SECONDS", "0.25")
    db = await Database.open(pool_settings(load(Settings), worker_url, JOBS, "test"), Clock())
    try:
        async with db.read() as read, db.write() as write, db.single() as single:
            assert [read.slow_seconds, write.slow_seconds, single.slow_seconds] == [0.25] * 3
    finally:
        await db.close()
