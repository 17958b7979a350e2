"""Real PostgreSQL for every test: one cluster a run, one migrated template, clones of it.

GUILDHALL_TEST_POSTGRES chooses the major version (18 or 16).
"""

import asyncio
import contextlib
import logging
import os
import shutil
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg
import fasteners
import hypothesis
import pytest
import uvicorn
import uvloop
from aiohttp import web

from guildhall import log
from guildhall.boot.app import Routes, make_app
from guildhall.boot.configuration import Configuration
from guildhall.boot.packs import BUILT_IN, branches
from guildhall.boot.runtime import WebRuntime, open_web
from guildhall.boot.server import make_server
from guildhall.boot.settings import Settings
from guildhall.boot.worker import WorkerRuntime, make_worker, open_worker
from guildhall.clock import Clock
from guildhall.core.cache.settings import CacheSettings
from guildhall.core.fresh.settings import FreshSettings
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.jobs.settings import JobsSettings
from guildhall.core.jobs.worker import Worker
from guildhall.core.no_settings import NoSettings
from guildhall.core.notify.settings import NotifySettings
from guildhall.core.realtime.settings import RealtimeSettings
from guildhall.core.vault.settings import VaultSettings
from guildhall.db import migrate
from guildhall.db.connection import connect
from guildhall.db.embedded import EmbeddedCluster
from guildhall.db.policies import APP, JOBS
from guildhall.db.pool import Database, PoolSettings, Transaction
from guildhall.packs.dota2.sandbox import SandboxOptions
from guildhall.packs.dota2.sandbox import make_app as make_sandbox
from guildhall.packs.dota2.settings import Dota2Settings
from guildhall.packs.eve.settings import EveSettings
from guildhall.packs.realm.settings import RealmSettings
from guildhall.web.edge import Edge
from guildhall.web.settings import WebSettings
from tests.clones import Clones

POSTGRES = int(os.environ.get("GUILDHALL_TEST_POSTGRES", "18"))
TEMPLATE = "gh_template"
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "400"}
"""For tests alone: what they store need not survive the machine. Tests of durability make clusters of their own."""
RECORDINGS = Path(os.environ.get("GUILDHALL_DOTA2_RECORDINGS", Path(__file__).parents[2] / "shared" / "data" / "dota2"))
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")
_RUN = os.environ.setdefault("GUILDHALL_TEST_RUN", uuid4().hex)
"""One name for the controller and its workers, who inherit it; xdist's own is known to the workers alone."""


def _roomiest() -> Path:
    """The folder of the run's cluster: in memory where there is room, since a clone takes a tenth of the time there."""
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 * 2**30:
        return memory
    return Path(tempfile.gettempdir())


_FOLDER = _roomiest() / f"guildhall-tests-{os.getuid()}-{_RUN[:12]}-{POSTGRES}"


def pytest_configure(config: pytest.Config) -> None:
    """Settings of the machine's user must not reach the tests."""
    for name in list(os.environ):
        if _is_setting(name):
            del os.environ[name]
    if hasattr(config, "workerinput"):
        return
    _FOLDER.mkdir(mode=0o755, exist_ok=True)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the cluster's folder: the controller does, when all its workers have ended and stopped the cluster."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(_FOLDER, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Connections lead to this machine or nowhere."""
    connect_really = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"tests may not connect to {address[0]}")
        connect_really(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign, assignment]
    yield
    socket.socket.connect = connect_really  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _own_logs() -> Iterator[None]:
    """A test that configures the logs (every command of the terminal does) leaves them to the next as they were."""
    output, root = log._output, logging.getLogger()
    before = output.stream, output.json, output.requests
    handlers, level = root.handlers[:], root.level
    yield
    output.flush()
    output.stream, output.json, output.requests = before
    root.handlers[:] = handlers
    root.setLevel(level)


def pytest_asyncio_loop_factories(config: pytest.Config, item: pytest.Item) -> dict[str, Any]:
    """The loop that the product runs on."""
    return {"uvloop": uvloop.new_event_loop}


@pytest.fixture(scope="session")
def cluster() -> Iterator[EmbeddedCluster]:
    """The run's cluster with the migrated template in it; shared by all workers of the run."""
    with EmbeddedCluster(_FOLDER / "cluster", POSTGRES, extra=FAST) as running:
        with fasteners.InterProcessLock(str(_FOLDER / "template.lock")):
            if not (_FOLDER / "template").exists():
                asyncio.run(_make_template(running))
                (_FOLDER / "template").touch()
        yield running


async def _make_template(cluster: EmbeddedCluster) -> None:
    connection = await asyncpg.connect(cluster.url("postgres"))
    try:
        await connection.execute(f"drop database if exists {TEMPLATE}")
        await connection.execute(f"create database {TEMPLATE}")
    finally:
        await connection.close()
    await migrate.upgrade(cluster.url(TEMPLATE), branches(BUILT_IN))


@pytest.fixture(scope="session")
def clones(cluster: EmbeddedCluster) -> Iterator[Clones]:
    """The test worker's way to databases of its own."""
    found = Clones(cluster.url("postgres"), TEMPLATE)
    yield found
    found.close()


@pytest.fixture(scope="session")
def worker_url(cluster: EmbeddedCluster, clones: Clones) -> str:
    """The test worker's own clone, for tests that roll back."""
    return cluster.url(asyncio.run(clones.take()))


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
async def clone(cluster: EmbeddedCluster, clones: Clones) -> AsyncIterator[str]:
    """The URL of a migrated database of the test's own: for commits, NOTIFY, several connections."""
    name = await clones.take()
    yield cluster.url(name)
    await clones.drop(name)


@pytest.fixture
async def empty(cluster: EmbeddedCluster, clones: Clones) -> AsyncIterator[str]:
    """The URL of a database of the test's own without any migration."""
    name = await clones.empty()
    yield cluster.url(name)
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
    runners: list[web.AppRunner] = []

    async def start(**options: Any) -> Sandbox:
        chosen = SandboxOptions(**{"players": 20, "minute_limit": None, "day_limit": None, **options})
        app = make_sandbox(chosen)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        runners.append(runner)
        host, port = runner.addresses[0][:2]
        return Sandbox(app, f"http://{host}:{port}", chosen)

    yield start
    for runner in runners:
        await runner.cleanup()


@pytest.fixture
async def sandbox(start_sandbox: StartSandbox) -> Sandbox:
    """A sandbox without limits."""
    return await start_sandbox()


KEY = "a key of the tests, nothing of worth"
"""What the tests' vaults and access tokens are keyed with."""


_QUICK_NOTICES = {"gather_seconds": 0.05, "retry_first": 0.05, "stream_heartbeat": 0.2, "concurrency": 8}


QUICK_HASHES = {"argon2_memory_kb": 64, "argon2_passes": 1}
"""Passwords of tests are worth nothing either."""


_NO_EVE = {"sso_url": "http://127.0.0.1:1/sso", "esi_url": "http://127.0.0.1:1/esi", "downtime_minutes": 0}
"""EVE is nowhere until a test says where."""


def _read(kind: Any, **values: Any) -> Any:
    """A group of settings from these values alone, whatever .env says."""
    plain = all(value is None or isinstance(value, str | int | float) for value in values.values())
    if not plain or any(_is_setting(name) for name in os.environ):
        return kind(_env_file=None, **values)
    key = (kind, *((name, type(value), value) for name, value in sorted(values.items())))
    if key not in _SETTINGS:
        _SETTINGS[key] = kind(_env_file=None, **values)
    return _SETTINGS[key].model_copy()


_SETTINGS: dict[tuple[Any, ...], Any] = {}
"""Groups of settings that were read before, by their values: to read those of a process takes 40 ms."""


def _is_setting(name: str) -> bool:
    return name.startswith("GUILDHALL_") and not name.startswith(("GUILDHALL_TEST", "GUILDHALL_DOTA2_RECORDINGS"))


def configuration(sandbox: Sandbox | None = None, **overrides: Any) -> Configuration:
    """A configuration for tests. Keywords: `main`, `web`, `cache`, `jobs`, names of slices, each a dict of settings."""
    dota2 = {"opendota_url": sandbox.api if sandbox else "http://127.0.0.1:1/api", "deadline_seconds": 5}
    quick = {"poll_interval": 0.2, "heartbeat_timeout": 2, "retry_first": 0.05, "shutdown_timeout": 5}
    return Configuration(
        _read(Settings, **overrides.get("main", {})),
        _read(WebSettings, **{"port": 0, "rate_per_minute": 0, **overrides.get("web", {})}),
        _read(CacheSettings, **overrides.get("cache", {})),
        _read(JobsSettings, **{**quick, **overrides.get("jobs", {})}),
        BUILT_IN,
        {
            "dota2": _read(Dota2Settings, **{**dota2, **overrides.get("dota2", {})}),
            "eve": _read(EveSettings, **{**_NO_EVE, **overrides.get("eve", {})}),
            "fresh": _read(FreshSettings, **overrides.get("fresh", {})),
            "identity": _read(IdentitySettings, **{"jwt_secret": KEY, **QUICK_HASHES, **overrides.get("identity", {})}),
            "moderation": NoSettings(),
            "monitoring": NoSettings(),
            "notify": _read(NotifySettings, **{**_QUICK_NOTICES, **overrides.get("notify", {})}),
            "realm": _read(RealmSettings, **overrides.get("realm", {})),
            "realtime": _read(RealtimeSettings, **overrides.get("realtime", {})),
            "vault": _read(VaultSettings, **{"encryption_key": KEY, **overrides.get("vault", {})}),
        },
    )


class Answer:
    """An HTTP answer, read."""

    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @property
    def json(self) -> Any:
        """The body as JSON."""
        import msgspec

        return msgspec.json.decode(self.body)

    @property
    def code(self) -> str:
        """The stable code of a problem."""
        assert self.headers["content-type"].startswith("application/problem+json"), self.body
        return str(self.json["code"])


class Guildhall:
    """A running web process (in this one) and a client of it over real HTTP."""

    def __init__(self, address: str, runtime: WebRuntime, session: aiohttp.ClientSession, edge: Any) -> None:
        self.address = address
        self.runtime = runtime
        self.session = session
        self.edge = edge

    async def request(self, method: str, path: str, **options: Any) -> Answer:
        """Any request; redirects are not followed."""
        async with self.session.request(method, self.address + path, allow_redirects=False, **options) as answer:
            return Answer(answer.status, answer.headers, await answer.read())

    async def get(self, path: str, **options: Any) -> Answer:
        """GET."""
        return await self.request("GET", path, **options)

    async def post(self, path: str, **options: Any) -> Answer:
        """POST."""
        return await self.request("POST", path, **options)


StartGuildhall = Callable[..., Awaitable[Guildhall]]

_ROUTES: dict[tuple[str, ...], list[Routes]] = {}
"""Applications that no process uses now, by the names of their slices: to make one costs most of a second."""


@contextlib.contextmanager
def lent_app(runtime: WebRuntime) -> Iterator[Edge]:
    """The application of a process, as `make_app` makes it, on routes that the test run makes once."""
    free = _ROUTES.setdefault(tuple(one.name for one in runtime.configuration.slices), [])
    routes = free.pop() if free else Routes(runtime)
    yield make_app(runtime, routes)
    free.append(routes)


@pytest.fixture
async def start_guildhall(clone: str) -> AsyncIterator[StartGuildhall]:
    """Starts web processes on the test's clone; takes the sandbox and what `configuration` takes."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(sandbox: Sandbox | None = None, clock: Clock | None = None, **overrides: Any) -> Guildhall:
            chosen = configuration(sandbox, **overrides)
            runtime = await stack.enter_async_context(open_web(chosen, clone, clock or Clock()))
            edge = stack.enter_context(lent_app(runtime))
            address = await stack.enter_async_context(serving(edge, chosen))
            session = await stack.enter_async_context(aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()))
            return Guildhall(address, runtime, session, edge)

        yield start


@contextlib.asynccontextmanager
async def serving(app: Edge, chosen: Configuration) -> AsyncIterator[str]:
    """The product's HTTP server on a free port; gives its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(512)
    server = make_server(app, chosen)
    server.config.load()
    server.lifespan = server.config.lifespan_class(server.config)
    await server.startup(sockets=[listener])
    ticking = asyncio.create_task(server.main_loop())
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        ticking.cancel()
        await _ended(server)
        listener.close()


async def _ended(server: uvicorn.Server) -> None:
    """End as uvicorn's `shutdown` does, without its naps of a tenth of a second: a thousand tests end a server."""
    for listening in server.servers:
        listening.close()
    for connection in list(server.server_state.connections):
        connection.shutdown()
    async with asyncio.timeout(server.config.timeout_graceful_shutdown):
        while server.server_state.connections or server.server_state.tasks:  # noqa: ASYNC110 (uvicorn has no event)
            await asyncio.sleep(0.001)
    for listening in server.servers:
        await listening.wait_closed()


@pytest.fixture
async def guildhall(start_guildhall: StartGuildhall, sandbox: Sandbox) -> Guildhall:
    """A web process on a clone, in front of a sandbox without limits."""
    return await start_guildhall(sandbox)


class RunningWorker:
    """A worker on the test's clone, in this process."""

    def __init__(self, worker: Worker, runtime: WorkerRuntime, task: "asyncio.Task[None]") -> None:
        self.worker = worker
        self.runtime = runtime
        self.task = task

    async def idle(self, patience: float = 60.0) -> None:
        """Return when no job waits or runs. Raises TimeoutError."""
        async with asyncio.timeout(patience):
            while True:
                async with self.runtime.db.read() as tx:
                    left = await tx.connection.fetchval(
                        "select count(*) from core.jobs where status in ('pending', 'processing')"
                    )
                if not left:
                    return
                await asyncio.sleep(0.02)


StartWorker = Callable[..., Awaitable[RunningWorker]]


@pytest.fixture
async def start_worker(clone: str) -> AsyncIterator[StartWorker]:
    """Starts workers on the test's clone; takes the sandbox and what `configuration` takes."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(sandbox: Sandbox | None = None, **overrides: Any) -> RunningWorker:
            runtime = await stack.enter_async_context(open_worker(configuration(sandbox, **overrides), clone, Clock()))
            worker = make_worker(runtime)
            task = asyncio.create_task(worker.run())

            async def stop() -> None:
                worker.stop()
                await asyncio.wait_for(task, 15)

            stack.push_async_callback(stop)
            return RunningWorker(worker, runtime, task)

        yield start
