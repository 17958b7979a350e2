"""Sandboxes on loopback, mounted below a path as the product mounts them."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from guildhall.packs.dota2.sandbox import SandboxOptions, make_app

EPOCH = datetime(2026, 6, 1, 12, tzinfo=UTC)
RECORDINGS = Path(os.environ.get("GUILDHALL_TEST_RECORDINGS", Path(__file__).parents[5] / "shared" / "data" / "dota2"))


class Sandbox:
    """A running sandbox and the shortest way to ask it."""

    def __init__(self, app: web.Application, client: TestClient[web.Request, web.Application]) -> None:
        self.app = app
        self.client = client

    async def json(self, path: str, **kwargs: Any) -> Any:
        """The body of a successful API call."""
        async with self.client.get(f"/opendota/api{path}", **kwargs) as response:
            assert response.status == 200, await response.text()
            return await response.json()

    async def status(self, path: str, **kwargs: Any) -> int:
        """The status of an API call."""
        async with self.client.get(f"/opendota/api{path}", **kwargs) as response:
            await response.read()
            return response.status

    async def control(self, path: str, body: object = None, method: str = "POST") -> tuple[int, Any]:
        """Status and body of a call to the control plane."""
        async with self.client.request(method, f"/opendota/_sandbox{path}", json=body) as response:
            return response.status, await response.json()


Start = Callable[[SandboxOptions], Awaitable[Sandbox]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts sandboxes that end with the test."""
    clients = []

    async def begin(options: SandboxOptions) -> Sandbox:
        outer, app = web.Application(), make_app(options)
        outer.add_subapp("/opendota", app)
        client = TestClient(TestServer(outer))
        await client.start_server()
        clients.append(client)
        return Sandbox(app, client)

    yield begin
    for client in clients:
        await client.close()


@pytest.fixture
def options() -> SandboxOptions:
    """A world that is the same in every run, without limits."""
    return SandboxOptions(epoch=EPOCH, minute_limit=None, day_limit=None)


@pytest.fixture
async def sandbox(start: Start, options: SandboxOptions) -> Sandbox:
    """A sandbox without limits or recordings."""
    return await start(options)


@pytest.fixture
def recordings() -> Path:
    """The folder of recordings; skips where there is none."""
    if not RECORDINGS.is_dir():
        pytest.skip(f"no recordings of OpenDota at {RECORDINGS}")
    return RECORDINGS


@pytest.fixture
async def recorded(start: Start, recordings: Path) -> Sandbox:
    """A sandbox that serves the recordings."""
    return await start(SandboxOptions(epoch=EPOCH, minute_limit=None, day_limit=None, recordings=recordings))
