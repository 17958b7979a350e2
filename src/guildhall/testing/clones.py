"""Databases of the run's cluster: clones of the template, made ahead of the tests that ask for them."""

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar
from uuid import uuid4

import asyncpg

from guildhall.db.embedded import EmbeddedCluster

_TRIES = 100
Result = TypeVar("Result")


class Clones:
    """Makes and drops databases as the owner, over one connection that lives as long as the test worker.

    The connection has a thread and a loop of its own, for each test has another loop. The next clone is made while a
    test runs. Files are copied: the log of a clone would be written as well.
    """

    def __init__(self, cluster: EmbeddedCluster, template: str) -> None:
        self.template = template
        self.cluster = cluster
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._connection: asyncpg.Connection | None = None
        self._turn = asyncio.Lock()
        self._next: Future[str] | None = None

    def url(self, name: str) -> str:
        """The connection URL of a database."""
        return self.cluster.url(name)

    def wait(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Run a coroutine on the thread's loop and return its result, for a caller that is not async itself."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def take(self) -> str:
        """Return the name of a fresh clone, which is the caller's to drop."""
        found, self._next = self._next or self._later(), None
        name = await asyncio.wrap_future(found)
        self._next = self._later()
        return name

    async def empty(self) -> str:
        """Return the name of a fresh database without any migration, which is the caller's to drop."""
        name = f"gh_empty_{uuid4().hex[:12]}"
        await self.run(f"create database {name}")
        return name

    async def drop(self, name: str) -> None:
        """Drop a database, with the connections to it. Meanwhile the test's loop ends what is still closing."""
        await self.run(f"drop database if exists {name} with (force)")

    async def run(self, statement: str) -> None:
        """Run a statement as the owner, outside a transaction."""
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._run(statement), self._loop))

    def close(self) -> None:
        """End what is under way, and the connection and the thread."""
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(60)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _later(self) -> "Future[str]":
        return asyncio.run_coroutine_threadsafe(self._clone(), self._loop)

    async def _clone(self) -> str:
        name = f"gh_clone_{uuid4().hex[:12]}"
        await self._run(f"create database {name} template {self.template} strategy file_copy")
        return name

    async def _run(self, statement: str) -> None:
        async with self._turn:
            if self._connection is None or self._connection.is_closed():
                self._connection = await asyncpg.connect(self.url("postgres"))
            for _ in range(_TRIES):
                try:
                    await self._connection.execute(statement)
                    return
                except asyncpg.ObjectInUseError:  # another worker clones the template just now
                    await asyncio.sleep(0.05)
        raise RuntimeError(f"could not {statement}")

    async def _close(self) -> None:
        async with self._turn:
            if self._connection is not None:
                await self._connection.close()
