"""Processes that are killed, and a database that goes away, in the middle of a stream of events."""

import asyncio
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from guildhall.boot.packs import BUILT_IN, branches
from guildhall.clock import Clock
from guildhall.core.analytics.recount import recount_all
from guildhall.db import migrate
from guildhall.db.embedded import EmbeddedCluster
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database, PoolSettings
from guildhall.ids import uuid7
from guildhall.testing import settings
from guildhall.testing.cluster import FAST, POSTGRES
from guildhall.testing.product import open_product
from tests.core.analytics.make import GUIDES, chosen, daily, rows

pytestmark = pytest.mark.slow

SCREENS = ("builds", "prices", "crafting")
BATCH = 5


class Server:
    """A web process of its own."""

    def __init__(self, url: str, port: int, **environment: str) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._port = port
        self._environment = {
            **os.environ, "GUILDHALL_DATABASE_URL": url, "GUILDHALL_WEB_RATE_PER_MINUTE": "0",
            "GUILDHALL_IDENTITY_JWT_SECRET": settings.KEY, "GUILDHALL_ENCRYPTION_KEY": settings.KEY,
            "GUILDHALL_ANALYTICS_RATE_PER_MINUTE": "0", "GUILDHALL_PACKS": "[]", "PYTHONPATH": os.getcwd(),
            **environment,
        }  # fmt: skip
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        command = (sys.executable, "-m", "guildhall.cli", "serve", "--role", "web", "--port", str(self._port))
        self._process = await asyncio.create_subprocess_exec(
            *command, env=self._environment, stderr=asyncio.subprocess.DEVNULL
        )
        async with aiohttp.ClientSession() as session, asyncio.timeout(60):
            while True:
                try:
                    async with session.get(f"{self.address}/healthz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    assert self._process.returncode is None
                    await asyncio.sleep(0.1)

    async def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()


def batch(sender: int, number: int) -> dict[str, Any]:
    """A batch whose events have ids."""
    events = [
        {"type": "analytics.screen_viewed", "id": str(uuid7()), "data": {"screen": SCREENS[(number + n) % 3]}}
        for n in range(BATCH)
    ]
    return {"session_id": f"sender {sender}", "events": events}


async def send_until_told(session: aiohttp.ClientSession, addresses: list[str], body: dict[str, Any]) -> None:
    """Send a batch, to one process after the other, until each of its events is durable."""
    for attempt in range(2_000):
        try:
            async with session.post(f"{addresses[attempt % len(addresses)]}/api/v1/events", json=body) as answer:
                if answer.status == 200:
                    outcomes = (await answer.json())["outcomes"]
                    if {one["outcome"] for one in outcomes} <= {"stored", "repeated"}:
                        return
                    assert {one["outcome"] for one in outcomes} <= {"stored", "repeated", "failed"}
                else:
                    assert answer.status == 503
                    assert answer.headers["retry-after"]
        except (aiohttp.ClientError, ConnectionError):
            pass
        await asyncio.sleep(0.02)
    raise AssertionError("a batch was never told to be durable")


async def stream(addresses: list[str], senders: int, disturb: Callable[[], Awaitable[object]]) -> int:
    """Send batches of several senders at once while something happens; return how many events were sent."""
    stop = asyncio.Event()
    sent = 0

    async def sender(number: int, session: aiohttp.ClientSession) -> None:
        nonlocal sent
        turned = addresses[number % len(addresses) :] + addresses[: number % len(addresses)]
        for count in range(2_000):
            await send_until_told(session, turned, batch(number, count))
            sent += BATCH
            if stop.is_set():
                return

    async with aiohttp.ClientSession() as session:
        tasks = [asyncio.create_task(sender(number, session)) for number in range(senders)]
        await disturb()
        stop.set()
        await asyncio.gather(*tasks)
    return sent


async def counted_total(url: str) -> int:
    """The events of all days that are counted."""
    return sum(events for (_, _, by, _), (events, _) in (await daily(url)).items() if not by)


async def require_right(url: str, sent: int) -> None:
    """Everything that was sent is stored once and counted once, as a recount says."""
    assert await rows(url, "select count(*) from core.analytics_events") == [(sent,)]
    async with asyncio.timeout(30):
        while await counted_total(url) < sent:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    before = await daily(url)
    worker = await Database.open(PoolSettings(url, JOBS), Clock())
    try:
        assert await recount_all(worker, chosen(), lambda done, left: None) == 0
    finally:
        await worker.close()
    assert await daily(url) == before
    assert await counted_total(url) == sent


@pytest.fixture
def ports() -> list[int]:
    """Ports that nothing listens on."""
    probes = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    found = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return found


async def test_a_process_that_is_killed_before_it_counts_loses_nothing(clone, ports):
    server = Server(clone, ports[0], GUILDHALL_ANALYTICS_ROLL_UP_SECONDS="60")
    try:
        await server.start()
        async with aiohttp.ClientSession() as session:
            for number in range(4):
                await send_until_told(session, [server.address], batch(0, number))
        await server.kill()
    finally:
        await server.kill()
    assert await daily(clone) == {}

    async with open_product(settings.configuration((GUIDES,)), clone, Clock()):
        await require_right(clone, 4 * BATCH)


async def test_processes_that_are_killed_in_the_middle_lose_and_double_nothing(clone, ports):
    quick = {"GUILDHALL_ANALYTICS_ROLL_UP_SECONDS": "0", "GUILDHALL_ANALYTICS_ROLL_UP_IDLE_SECONDS": "0.1"}
    servers = [Server(clone, port, **quick) for port in ports]

    async def disturb() -> None:
        for turn in range(4):
            await asyncio.sleep(0.7)
            await servers[turn % 2].kill()
            await servers[turn % 2].start()

    try:
        for server in servers:
            await server.start()
        sent = await stream([one.address for one in servers], 6, disturb)
        assert sent > 100
        await require_right(clone, sent)
    finally:
        for server in servers:
            await server.kill()


@pytest.fixture
def own_cluster() -> Iterator[EmbeddedCluster]:
    """A server that the test may restart."""
    folder = Path(tempfile.mkdtemp(prefix="gh-events-"))
    folder.chmod(0o755)
    with EmbeddedCluster(folder, POSTGRES, extra=FAST) as running:
        yield running
    shutil.rmtree(folder, ignore_errors=True)


async def test_a_restart_of_the_database_loses_and_doubles_nothing(own_cluster):
    url = own_cluster.url()
    await migrate.upgrade(url, branches(BUILT_IN))

    async def disturb() -> None:
        for _ in range(2):
            await asyncio.sleep(0.7)
            await asyncio.to_thread(own_cluster.restart)
        await asyncio.sleep(1.5)

    async with AsyncExitStack() as stack:
        analytics = {"roll_up_seconds": 0.02, "rate_per_minute": 0}
        product = await stack.enter_async_context(
            open_product(settings.configuration((GUIDES,), analytics=analytics), url, Clock())
        )
        sent = await stream([product.address], 8, disturb)
        assert sent > 100
        await require_right(url, sent)
