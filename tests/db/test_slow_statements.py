"""What takes long is told in the log, without its values."""

from collections.abc import Iterator

import asyncpg
import pytest

from guildhall.db.slow import SLOW
from guildhall.db.statements import ALL, command, rows
from tests.logs import captured_logs

pytestmark = pytest.mark.database


@pytest.fixture
def tenth() -> Iterator[None]:
    """A tenth of a second is slow; statements that the test makes are not the house's."""
    before, known = SLOW.seconds, len(ALL)
    SLOW.seconds = 0.1
    yield
    SLOW.seconds = before
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
