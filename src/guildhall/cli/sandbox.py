"""`guildhall sandbox`."""

import asyncio
import contextlib
import signal
from typing import Annotated

import typer

from guildhall.boot.listening import bind
from guildhall.boot.sandbox import overrides, serve_sandbox
from guildhall.cli.session import CommandSession, run_loop, start_logs


def sandbox(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8090,
) -> None:
    """Run stand-ins for the game APIs, with their limits, errors and outages; no API keys are needed."""
    session: CommandSession = ctx.obj
    configuration = session.configuration
    start_logs(configuration)

    def ready(address: str) -> None:
        typer.echo(f"The sandbox listens on {address}")
        for name, value in overrides(configuration, address).items():
            typer.echo(f"  {name}={value}")

    async def run() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, stop.set)
        await serve_sandbox(configuration, bind(host, port), stop, ready)

    run_loop(run())
