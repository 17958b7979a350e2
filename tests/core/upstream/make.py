"""A game API that answers as it is told, and clients that call it."""

import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from guildhall.clock import Clock
from guildhall.core.upstream.client import UpstreamClient
from guildhall.core.upstream.schemas import UpstreamOptions
from guildhall.db.policies import APP
from guildhall.db.pool import Database, PoolSettings

Handle = Callable[[web.Request], Awaitable[web.StreamResponse]]
MakeClient = Callable[..., Awaitable[UpstreamClient]]


class GameApi:
    """A real HTTP server. `handle` decides every answer; `seen` are the requests that came."""

    def __init__(self) -> None:
        self.seen: list[web.Request] = []
        self.handle: Handle = self.fine
        self.address = ""

    async def fine(self, request: web.Request) -> web.StreamResponse:
        """An answer without any trouble."""
        return web.json_response({"path": request.path})

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request)
        return await self.handle(request)

    async def __aenter__(self) -> "GameApi":
        app = web.Application()
        app.router.add_route("*", "/{tail:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self.address = f"http://{host}:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()


async def make_client(
    stack: contextlib.AsyncExitStack, url: str, api: GameApi, *, clock: Clock | None = None, **options: Any
) -> UpstreamClient:
    """A client with a pool of its own; without limits unless options say so."""
    clock = clock or Clock()
    db = await Database.open(PoolSettings(url, APP), clock)
    stack.push_async_callback(db.close)
    chosen = {"name": "game", "base_url": f"{api.address}/api", "deadline": 5.0, "attempts": 1, **options}
    made = UpstreamClient(UpstreamOptions(**chosen), db, clock)
    stack.push_async_callback(made.close)
    return made
