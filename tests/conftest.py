"""Fixtures of this repository's own tests; those of every pack's tests are `guildhall.testing`'s."""

import contextlib
import faulthandler
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Generator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from _pytest.faulthandler import fault_handler_stderr_fd_key
from aiohttp import web

from guildhall.boot.configuration import Configuration
from guildhall.boot.packs import BUILT_IN
from guildhall.clock import Clock
from guildhall.packs.dota2.sandbox import SandboxOptions
from guildhall.packs.dota2.sandbox import make_app as make_sandbox
from guildhall.testing import settings
from guildhall.testing.product import Product, open_product
from guildhall.testing.running import run_app
from guildhall.testing.worker import RunningWorker, running_worker

RECORDINGS = Path(os.environ.get("GUILDHALL_TEST_RECORDINGS", Path(__file__).parents[2] / "shared" / "data" / "dota2"))
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """End a teardown that hangs, as `faulthandler_timeout` ends a test: pytest disarms that at a failure."""
    seconds = float(item.config.getini("faulthandler_timeout"))
    faulthandler.dump_traceback_later(seconds, file=item.config.stash[fault_handler_stderr_fd_key], exit=True)
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


class Sandbox:
    """A running OpenDota stand-in. `app` has its parts (FAULTS, CLOCK, CALLS, LIMITS)."""

    def __init__(self, app: web.Application, address: str, options: SandboxOptions) -> None:
        self.app = app
        self.address = address
        self.options = options

    @property
    def api(self) -> str:
        """The API's base address, for the pack's settings."""
        return f"{self.address}/api"


StartSandbox = Callable[..., Awaitable[Sandbox]]


@pytest.fixture
async def start_sandbox() -> AsyncIterator[StartSandbox]:
    """Starts sandboxes; keywords are SandboxOptions. No limits unless asked for."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(**options: Any) -> Sandbox:
            chosen = SandboxOptions(**{"players": 20, "minute_limit": None, "day_limit": None, **options})
            app = make_sandbox(chosen)
            return Sandbox(app, await stack.enter_async_context(run_app(app)), chosen)

        yield start


@pytest.fixture
async def sandbox(start_sandbox: StartSandbox) -> Sandbox:
    """A sandbox without limits."""
    return await start_sandbox()


_NO_EVE = {"sso_url": "http://127.0.0.1:1/sso", "esi_url": "http://127.0.0.1:1/esi", "downtime_minutes": 0}
"""EVE is nowhere until a test says where."""


def configuration(sandbox: Sandbox | None = None, **overrides: Any) -> Configuration:
    """A configuration for tests. Keywords: `main`, `web`, `cache`, `jobs`, names of slices, each a dict of settings."""
    dota2 = {"opendota_url": sandbox.api if sandbox else "http://127.0.0.1:1/api", "deadline_seconds": 5}
    nowhere = {
        "dota2": {**dota2, **overrides.get("dota2", {})},
        "eve": {**_NO_EVE, **overrides.get("eve", {})},
    }
    return settings.configuration(BUILT_IN, **{**overrides, **nowhere})


StartGuildhall = Callable[..., Awaitable[Product]]


@pytest.fixture
async def start_guildhall(clone: str) -> AsyncIterator[StartGuildhall]:
    """Starts web processes on the test's clone; takes the sandbox and what `configuration` takes."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(sandbox: Sandbox | None = None, clock: Clock | None = None, **overrides: Any) -> Product:
            chosen = configuration(sandbox, **overrides)
            return await stack.enter_async_context(open_product(chosen, clone, clock or Clock()))

        yield start


@pytest.fixture
async def guildhall(start_guildhall: StartGuildhall, sandbox: Sandbox) -> Product:
    """A web process on a clone, in front of a sandbox without limits."""
    return await start_guildhall(sandbox)


StartWorker = Callable[..., Awaitable[RunningWorker]]


@pytest.fixture
async def start_worker(clone: str) -> AsyncIterator[StartWorker]:
    """Starts workers on the test's clone; takes the sandbox and what `configuration` takes."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(sandbox: Sandbox | None = None, **overrides: Any) -> RunningWorker:
            return await stack.enter_async_context(running_worker(configuration(sandbox, **overrides), clone, Clock()))

        yield start
