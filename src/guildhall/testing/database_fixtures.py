"""Fixtures of databases: real PostgreSQL, one cluster a run, one migrated template, clones of it in milliseconds."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping

import pytest

from guildhall.clock import Clock
from guildhall.db.connection import connect
from guildhall.db.embedded import EmbeddedCluster
from guildhall.db.policies import APP, JOBS
from guildhall.db.pool import Database, PoolSettings, Transaction
from guildhall.pack import Pack
from guildhall.pytest_plugin import packs_under_test
from guildhall.testing.clones import Clones
from guildhall.testing.cluster import make_template, open_cluster
from guildhall.testing.pack import PackUnderTest, find_packs, origin_of


@pytest.fixture(scope="session")
def packs(request: pytest.FixtureRequest) -> Mapping[str, Pack]:
    """All packs under test, by the names that the project gives them."""
    return find_packs(packs_under_test(request.config))


@pytest.fixture(scope="session")
def pack(request: pytest.FixtureRequest, packs: Mapping[str, Pack], clones: Clones) -> PackUnderTest:
    """The pack under test. A test that asks for it runs for each, where there are several."""
    name: str = getattr(request, "param", next(iter(packs)))
    return PackUnderTest(packs[name], origin_of(name), tuple(packs.values()), clones)


@pytest.fixture(scope="session")
def cluster() -> Iterator[EmbeddedCluster]:
    """The run's cluster, shared by all workers of the run."""
    with open_cluster() as running:
        yield running


@pytest.fixture(scope="session")
def clones(cluster: EmbeddedCluster, packs: Mapping[str, Pack]) -> Iterator[Clones]:
    """The test worker's way to databases of its own."""
    found = Clones(cluster, make_template(cluster, tuple(packs.values())))
    yield found
    found.close()


@pytest.fixture(scope="session")
def worker_url(clones: Clones) -> str:
    """The test worker's own clone, for tests that roll back."""
    return clones.url(asyncio.run(clones.take()))


@pytest.fixture
async def tx(worker_url: str) -> AsyncIterator[Transaction]:
    """A transaction as the worker's role that is rolled back after the test."""
    connection = await connect(worker_url, JOBS)
    try:
        await connection.execute("begin")
        yield Transaction(connection, Clock().now())
    finally:
        await connection.execute("rollback")
        await connection.close()


@pytest.fixture
async def clone(clones: Clones) -> AsyncIterator[str]:
    """The URL of a migrated database of the test's own: for commits, NOTIFY, several connections."""
    name = await clones.take()
    yield clones.url(name)
    await clones.drop(name)


@pytest.fixture
async def empty(clones: Clones) -> AsyncIterator[str]:
    """The URL of a database of the test's own without any migration."""
    name = await clones.empty()
    yield clones.url(name)
    await clones.drop(name)


@pytest.fixture
async def db(clone: str) -> AsyncIterator[Database]:
    """A pool on the test's own clone, as the role of requests."""
    opened = await Database.open(PoolSettings(clone, APP), Clock())
    yield opened
    await opened.close()


@pytest.fixture
async def jobs_db(clone: str) -> AsyncIterator[Database]:
    """A pool on the test's own clone, as the worker's role."""
    opened = await Database.open(PoolSettings(clone, JOBS), Clock())
    yield opened
    await opened.close()
