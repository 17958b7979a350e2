"""The sandbox server: every pack's stand-ins of game APIs, each under its name."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from socket import socket

from aiohttp import web

from guildhall.boot.configuration import Configuration, tell_left_out
from guildhall.boot.faults import PackFailed, blaming


def make_sandbox(configuration: Configuration) -> web.Application:
    """One application with every stand-in mounted under `/{name}`.

    Its index tells the names, and the environment that leads a Guildhall here.
    """
    app = web.Application()
    mounted: list[str] = []
    for one in configuration.slices:
        try:
            with blaming(one, "has a sandbox that does not start"):
                for sandbox in one.sandboxes():
                    app.add_subapp(f"/{sandbox.name}", sandbox.make(configuration.of_slices[one.name]))
                    mounted.append(sandbox.name)
        except PackFailed as failed:
            if configuration.main.packs_strict:
                raise
            tell_left_out(failed.fault)

    async def index(request: web.Request) -> web.Response:
        environment = overrides(configuration, f"{request.scheme}://{request.host}")
        return web.json_response({"sandboxes": [f"/{name}/" for name in mounted], "environment": environment})

    app.router.add_get("/", index)
    return app


def overrides(configuration: Configuration, address: str) -> dict[str, str]:
    """The environment that leads the packs to the sandbox at an address, which runs in this process."""
    found: dict[str, str] = {}
    for one in configuration.slices:
        with suppress(PackFailed), blaming(one, "has a sandbox that does not start"):  # told where it is mounted
            for sandbox in one.sandboxes():
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
