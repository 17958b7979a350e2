"""Web processes in the process of the tests: the product's application and HTTP server on a free port."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn

from guildhall.boot.app import Routes, make_app
from guildhall.boot.configuration import Configuration
from guildhall.boot.runtime import WebRuntime
from guildhall.boot.server import make_server
from guildhall.web.edge import Edge

_ROUTES: dict[tuple[str, ...], list[Routes]] = {}
"""Applications that no process uses now, by the names of their slices: to make one costs most of a second."""


@contextlib.contextmanager
def lent_app(runtime: WebRuntime) -> Iterator[Edge]:
    """The application of a process, as `make_app` makes it, on routes that the test run makes once."""
    free = _ROUTES.setdefault(tuple(one.name for one in runtime.configuration.slices), [])
    routes = free.pop() if free else Routes(runtime)
    yield make_app(runtime, routes)
    free.append(routes)


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
