"""Packs of the pages about packs: their files as an installer leaves them, and a whole product around them."""

import asyncio
import contextlib
import re
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import uvicorn

from guildhall.boot.app import make_app
from guildhall.boot.configuration import Configuration, configure
from guildhall.boot.runtime import WebRuntime, open_web
from guildhall.boot.sandbox import overrides, serve_sandbox
from guildhall.boot.worker import WorkerRuntime, make_worker, open_worker
from guildhall.clock import Clock
from guildhall.core.jobs.actions import send
from guildhall.core.jobs.messages import Message
from guildhall.db import migrate, statements
from guildhall.db.pool import Database

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_GROUP = re.compile(r'^\[project\.entry-points\."(.+)"\]\n((?:\w+ = ".*"\n)+)', re.MULTILINE)
_OF_GUILDHALL = re.compile(r"^\s*(?:from (guildhall(?:\.[\w.]+)?) import (.+)|import (guildhall[\w.]*))$", re.MULTILINE)


def files_of(page: Path) -> dict[str, str]:
    """Path and text of every file that a page shows below a heading of its name."""
    found = {}
    for part in re.split(r"^(?=#+ )", page.read_text(), flags=re.MULTILINE):
        heading = re.match(r"#+ `([\w./-]+\.\w+)`\n", part)
        block = re.search(r"^```\w+\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
        if heading is not None and block is not None:
            found[heading[1]] = block[1]
    return found


def blocks_of(page: Path) -> list[str]:
    """The Python blocks of a page, in order."""
    return _BLOCK.findall(page.read_text())


def code_lines(text: str) -> int:
    """The lines of a file that are not blank."""
    return sum(1 for line in text.splitlines() if line.strip())


def imported_from_guildhall(text: str) -> set[str]:
    """The modules of Guildhall that a file imports from: `guildhall.kit` for `from guildhall import kit` too."""
    found = set()
    for module, names, plain in _OF_GUILDHALL.findall(text):
        if module == "guildhall":
            found |= {f"guildhall.{name.strip()}" for name in names.strip("()").split(",")}
        else:
            found.add(module or plain)
    return found


@contextlib.contextmanager
def installed(name: str, files: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Lay a distribution's files as an installer leaves them: modules and entry points on the path."""
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    metadata = folder / f"guildhall_{name}-0.1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: guildhall-{name}\nVersion: 0.1.0\n")
    groups = _GROUP.findall(files["pyproject.toml"])
    assert groups
    (metadata / "entry_points.txt").write_text(
        "\n".join(f"[{group}]\n{lines.replace(chr(34), '')}" for group, lines in groups)
    )
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.chdir(folder)
    try:
        yield folder
    finally:
        # Other tests prepare every statement, on a database without this pack.
        statements.ALL[:] = [one for one in statements.ALL if f"{name}." not in one.sql]
        for module in [one for one in sys.modules if one.partition(".")[0].startswith(f"guildhall_{name}")]:
            del sys.modules[module]


class Answer:
    """An answer of the API."""

    def __init__(self, status: int, headers: Any, json: Any) -> None:
        self.status = status
        self.headers = headers
        self.json = json


class Product:
    """A web process, a worker and a sandbox with one pack."""

    def __init__(self, address: str, web: WebRuntime, worker: WorkerRuntime, session: aiohttp.ClientSession) -> None:
        self.address = address
        self.web = web
        self.worker = worker
        self._session = session

    @property
    def db(self) -> Database:
        """The worker's database."""
        return self.worker.db

    async def get(self, path: str, **options: Any) -> Answer:
        """Answer a GET."""
        async with self._session.get(self.address + path, **options) as answer:
            return Answer(answer.status, answer.headers, await answer.json(content_type=None))

    async def work(self, *messages: Message) -> None:
        """Send messages, and return when no job waits or runs."""
        async with self.db.write() as tx:
            for message in messages:
                await send(tx, message)
        async with asyncio.timeout(30):
            while True:
                async with self.db.read() as tx:
                    left = await tx.connection.fetchval("select count(*) from core.jobs where status <> 'completed'")
                if not left:
                    return
                await asyncio.sleep(0.02)

    async def rows(self, sql: str, *arguments: object) -> list[Any]:
        """Read rows, as the worker."""
        async with self.db.read() as tx:
            return list(await tx.connection.fetch(sql, *arguments))


@contextlib.asynccontextmanager
async def product(name: str, url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Product]:
    """Run an installed pack alone on a database that its migrations are applied to."""
    monkeypatch.setenv("GUILDHALL_PACKS", f'["{name}"]')
    monkeypatch.setenv("GUILDHALL_JOBS_POLL_INTERVAL", "0.2")
    async with running_sandbox(configure()) as sandbox, aiohttp.ClientSession() as session:
        for variable, value in overrides(configure(), sandbox).items():
            monkeypatch.setenv(variable, value)
        configuration = configure()
        await migrate.upgrade(url, configuration.branches)
        async with (
            open_web(configuration, url, Clock()) as web,
            serving(web) as address,
            open_worker(configuration, url, Clock()) as worker,
            working(worker),
        ):
            yield Product(address, web, worker, session)


@contextlib.asynccontextmanager
async def running_sandbox(configuration: Configuration) -> AsyncIterator[str]:
    """Serve the sandbox of all packs that are on; its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    stop, ready = asyncio.Event(), asyncio.get_running_loop().create_future()
    task = asyncio.create_task(serve_sandbox(configuration, listener, stop, ready.set_result))
    try:
        yield await ready
    finally:
        stop.set()
        await task


@contextlib.asynccontextmanager
async def serving(runtime: WebRuntime) -> AsyncIterator[str]:
    """Serve over real HTTP; the address."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(make_app(runtime), http="httptools", ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 (uvicorn has no event)
        await asyncio.sleep(0.002)
    try:
        yield "http://127.0.0.1:{}".format(*listener.getsockname()[1:])
    finally:
        server.should_exit = True
        await task
        listener.close()


@contextlib.asynccontextmanager
async def working(runtime: WorkerRuntime) -> AsyncIterator[None]:
    """Work."""
    worker = make_worker(runtime)
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        await task
