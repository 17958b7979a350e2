"""The server's own trouble is told as such: never as a bug, never as the statement's fault."""

import asyncpg
import pytest

from guildhall.db.pool import Database
from guildhall.errors import Unavailable

pytestmark = pytest.mark.database

CODES = {
    error.sqlstate: error
    for error in vars(asyncpg).values()
    if isinstance(error, type)
    and issubclass(error, asyncpg.PostgresError)
    and error.sqlstate is not None
    and (error.sqlstate[:2] in ("53", "57", "58") or error.sqlstate in ("25006", "25P03", "25P04"))
}
"""All errors of PostgreSQL's classes that tell of the server's state."""
TOLD = {"53100": "database_full", "25006": "database_read_only", "57014": "timed_out"}


async def fail_with(db: Database, state: str, how: str) -> None:
    """Have the server raise an error."""
    async with getattr(db, how)() as tx:
        await tx.connection.execute(f"do $$ begin raise exception using errcode = '{state}'; end $$")


def test_all_classes_are_walked():
    assert len(CODES) >= 18


@pytest.mark.parametrize("how", ["write", "single", "read"])
@pytest.mark.parametrize("state", sorted(CODES))
async def test_trouble_of_the_server_is_unavailable_with_a_stable_code(db, state, how):
    if (state, how) == ("25006", "read"):
        pytest.skip("a read that writes is a bug, below")
    with pytest.raises(Unavailable) as caught:
        await fail_with(db, state, how)

    assert caught.value.code == TOLD.get(state, "database_unavailable")
    assert caught.value.retry_after


async def test_a_read_that_writes_is_a_bug(db):
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with db.read(timeout=5) as tx:
            await tx.connection.execute("delete from core.workers")


@pytest.mark.parametrize("state", ["23505", "22001", "42P01", "XX000", "P0001"])
async def test_a_statements_own_fault_stays_one(db, state):
    with pytest.raises(asyncpg.PostgresError) as caught:
        await fail_with(db, state, "write")

    assert caught.value.sqlstate == state


async def test_a_healthy_server_is_in_no_trouble(db):
    assert await db.trouble() is None


async def test_a_server_that_only_reads_says_so(clone, db):
    owner = await asyncpg.connect(clone)
    name = await owner.fetchval("select current_database()")
    await owner.execute(f"alter database {name} set default_transaction_read_only = on")
    await owner.close()
    await db.pool.expire_connections()

    assert await db.trouble() == "The database takes no writes"
    with pytest.raises(Unavailable) as caught:
        async with db.write() as tx:
            await tx.connection.execute("delete from core.workers")
    assert caught.value.code == "database_read_only"
