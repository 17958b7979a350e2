"""The sandbox server: every pack's stand-ins of game APIs, each under its name."""

import asyncio
from collections.abc import Callable
from socket import socket

from aiohttp import web

from guildhall.boot.configuration import Configuration


def make_sandbox(configuration: Configuration) -> web.Application:
    """One application with every stand-in mounted under `/{name}`."""
    app = web.Application()
    mounted: list[str] = []
    for one in configuration.slices:
        for sandbox in one.sandboxes.load():
            app.add_subapp(f"/{sandbox.name}", sandbox.make(configuration.of_slices[one.name]))
            mounted.append(sandbox.name)

    async def index(_: web.Request) -> web.Response:
        return web.json_response({"sandboxes": [f"/{name}/" for name in mounted]})

    app.router.add_get("/", index)
    return app


def overrides(configuration: Configuration, address: str) -> dict[str, str]:
    """The environment that leads the packs to a sandbox at an address."""
    found: dict[str, str] = {}
    for one in configuration.slices:
        for sandbox in one.sandboxes.load():
            found |= sandbox.overrides(configuration.of_slices[one.name], f"{address}/{sandbox.name}")
    return found


async def serve_sandbox(
    configuration: Configuration, listener: socket, stop: asyncio.Event, ready: Callable[[str], None]
) -> None:
    """Serve until `stop`."""
    runner = web.AppRunner(make_sandbox(configuration), access_log=None, shutdown_timeout=2)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        ready("http://{}:{}".format(*listener.getsockname()[:2]))
        await stop.wait()
    finally:
        await runner.cleanup()
