"""Running a process: web, worker, or both on one event loop."""

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from typing import Literal, cast

import structlog
import uvicorn

from guildhall.boot.app import make_app
from guildhall.boot.runtime import Configuration, open_web, open_worker, pack_names
from guildhall.boot.worker import make_worker
from guildhall.clock import Clock
from guildhall.collector import settle_in
from guildhall.core.jobs.worker import Worker
from guildhall.core.realtime.handshake import LiveProtocol
from guildhall.core.realtime.heartbeats import Heartbeats
from guildhall.core.realtime.settings import RealtimeSettings
from guildhall.core.realtime.sockets import Sockets
from guildhall.db import migrate
from guildhall.errors import Misconfigured
from guildhall.web.edge import Edge
from guildhall.web.lane import LaneProtocol

Role = Literal["all", "web", "worker"]

log = structlog.get_logger(__name__)


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises Misconfigured when the port is taken or the address is not ours."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(1024)
    except OSError as error:
        listener.close()
        raise Misconfigured(
            f"Cannot listen on {host} port {port}: {error.strerror or error}. "
            "Another server may run there; choose another with --port or GUILDHALL_WEB_PORT."
        ) from None
    listener.setblocking(False)
    return listener


async def serve(configuration: Configuration, url: str, role: Role, ready: Callable[[str], None] | None = None) -> None:
    """Run until the process is told to stop. `ready` hears the address once requests are answered.

    Raises Misconfigured before anything runs, when the database is not at the migrations of this program.
    """
    clock = Clock()
    listener = bind(configuration.web.host, configuration.web.port) if role != "worker" else None
    async with AsyncExitStack() as stack:
        if listener is not None:
            stack.callback(listener.close)
        await migrate.require_current(url, configuration.branches)
        worker: Worker | None = None
        tasks: list[asyncio.Task[None]] = []
        server: uvicorn.Server | None = None
        if listener is not None:
            web = await stack.enter_async_context(open_web(configuration, url, clock))
            server = make_server(make_app(web), configuration)
        if role != "web":
            worker = make_worker(await stack.enter_async_context(open_worker(configuration, url, clock)))
        _stop_on_signals(server, worker)
        if server is not None and listener is not None:
            tasks.append(asyncio.create_task(server.serve(sockets=[listener]), name="web"))
            address = "http://{}:{}".format(*listener.getsockname()[:2])
            while not server.started and not tasks[0].done():  # noqa: ASYNC110 (uvicorn has no event)
                await asyncio.sleep(0.005)
            settle_in()
            log.info("serving", address=address, role=role, packs=pack_names(configuration.packs))
            if ready is not None:
                ready(address)
        if worker is not None:
            tasks.append(asyncio.create_task(worker.run(), name="worker"))
            if server is None:
                log.info("working", packs=pack_names(configuration.packs))
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        if server is not None:
            server.should_exit = True
        if worker is not None:
            worker.stop()
        for task in tasks:
            await task


def make_server(edge: Edge, configuration: Configuration) -> uvicorn.Server:
    """The HTTP server of an application, the fast lane in front."""
    web = configuration.web

    live = cast(RealtimeSettings, configuration.of_slices["realtime"])

    class Protocol(LaneProtocol):
        bounds = edge.connections
        refusals = lane = edge

    class Socket(LiveProtocol):
        refusals = edge
        sockets = Sockets(
            Heartbeats(live.heartbeat_seconds, live.heartbeat_patience),
            edge.connections.leave,
            queue_bytes=live.queue_bytes,
            frame_bytes=live.frame_bytes,
            drain_seconds=live.drain_seconds,
        )

    return _Server(
        uvicorn.Config(
            edge,
            http=Protocol,
            ws=Socket,
            ws_max_size=live.frame_bytes,
            ws_ping_interval=live.heartbeat_seconds,
            ws_ping_timeout=live.heartbeat_patience,
            ws_per_message_deflate=False,
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=True,
            proxy_headers=bool(web.trusted_proxies),
            forwarded_allow_ips=web.trusted_proxies or None,
            timeout_graceful_shutdown=15,
        )
    )


class _Server(uvicorn.Server):
    """uvicorn raises a signal that it took anew when it is done, which would end the process before its worker has."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _stop_on_signals(server: uvicorn.Server | None, worker: Worker | None) -> None:
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
