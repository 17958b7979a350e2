"""Running a process: web, worker, or both on one event loop."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Literal

from guildhall.boot.configuration import Configuration, pack_names, tell_left_out
from guildhall.boot.database import login_of
from guildhall.boot.listening import bind
from guildhall.boot.opening import open_without_broken
from guildhall.boot.packs import tell_not_installed
from guildhall.clock import Clock
from guildhall.collector import settle_in
from guildhall.db import migrate
from guildhall.db.policies import APP, JOBS
from guildhall.log import get_logger
from guildhall.references import Reference

if TYPE_CHECKING:
    import uvicorn

    from guildhall.boot.runtime import WebRuntime
    from guildhall.boot.worker import WorkerRuntime
    from guildhall.core.jobs.worker import Worker
    from guildhall.web.edge import Edge

Role = Literal["all", "web", "worker"]

# A worker never loads the web framework and a web process never the queue: each role names what it needs.
_open_web: "Reference[Callable[[Configuration, str, Clock], AbstractAsyncContextManager[WebRuntime]]]" = Reference(
    "guildhall.boot.runtime:open_web"
)
_make_app: "Reference[Callable[[WebRuntime], Edge]]" = Reference("guildhall.boot.app:make_app")
_make_server: "Reference[Callable[[Edge, Configuration], uvicorn.Server]]" = Reference(
    "guildhall.boot.server:make_server"
)
_open_worker: "Reference[Callable[[Configuration, str, Clock], AbstractAsyncContextManager[WorkerRuntime]]]" = (
    Reference("guildhall.boot.worker:open_worker")
)
_make_worker: "Reference[Callable[[WorkerRuntime], Worker]]" = Reference("guildhall.boot.worker:make_worker")

log = get_logger(__name__)


async def serve(configuration: Configuration, url: str, role: Role, ready: Callable[[str], None] | None = None) -> None:
    """Run until the process is told to stop. `ready` hears the address once requests are answered.

    Raises Misconfigured before anything runs, when the database is not at the migrations of this program.
    """
    clock = Clock()
    tell_left_out(*configuration.left_out)
    listener = bind(configuration.web.host, configuration.web.port) if role != "worker" else None
    async with AsyncExitStack() as stack:
        if listener is not None:
            stack.callback(listener.close)
        own = JOBS if role == "worker" else APP
        login = login_of(configuration.main, url, own)
        tell_not_installed(await migrate.require_current(login, configuration.branches, own))
        worker: Worker | None = None
        tasks: list[asyncio.Task[None]] = []
        server: uvicorn.Server | None = None
        packs = configuration.packs
        if listener is not None:
            edge, web = await open_without_broken(stack, configuration, lambda chosen: _opened_web(chosen, url, clock))
            server = _make_server.load()(edge, web)
            packs = web.packs
        if role != "web":
            worker, works = await open_without_broken(
                stack, configuration, lambda chosen: _opened_worker(chosen, url, clock)
            )
            packs = works.packs if server is None else packs
        _stop_on_signals(server, worker)
        if server is not None and listener is not None:
            tasks.append(asyncio.create_task(server.serve(sockets=[listener]), name="web"))
            address = "http://{}:{}".format(*listener.getsockname()[:2])
            while not server.started and not tasks[0].done():  # noqa: ASYNC110 (uvicorn has no event)
                await asyncio.sleep(0.005)
            log.info("serving", address=address, role=role, packs=pack_names(packs))
            if ready is not None:
                ready(address)
        if worker is not None:
            tasks.append(asyncio.create_task(worker.run(), name="worker"))
            if server is None:
                log.info("working", packs=pack_names(packs))
        settle_in()
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if server is not None:
            server.should_exit = True
        if worker is not None:
            worker.stop()
        for task in tasks:
            await task


@asynccontextmanager
async def _opened_web(configuration: Configuration, url: str, clock: Clock) -> "AsyncIterator[Edge]":
    """The application of a web process, as long as the block. Raises PackFailed."""
    async with _open_web.load()(configuration, url, clock) as runtime:
        yield _make_app.load()(runtime)


@asynccontextmanager
async def _opened_worker(configuration: Configuration, url: str, clock: Clock) -> "AsyncIterator[Worker]":
    """A worker that is ready to run, as long as the block. Raises PackFailed."""
    async with _open_worker.load()(configuration, url, clock) as runtime:
        yield _make_worker.load()(runtime)


def _stop_on_signals(server: "uvicorn.Server | None", worker: "Worker | None") -> None:
    """Finish what runs and end; asked a second time, end without the answers that are still being made."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if server is not None:
            server.force_exit = server.should_exit
            server.should_exit = True
        if worker is not None:
            worker.stop()

    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers on its loop
            loop.add_signal_handler(number, stop)
