"""`guildhall demo`: everything at once, with living data, from nothing."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from guildhall.boot.runtime import Configuration, WorkerRuntime, configure, database_url
from guildhall.boot.sandbox import overrides
from guildhall.boot.serve import bind
from guildhall.cli.session import CommandSession
from guildhall.core.jobs import queries
from guildhall.db import migrate
from guildhall.db.pool import Database
from guildhall.errors import Misconfigured

_PATIENCE = 60.0
"""Seconds that a part may take to come up."""
console = Console()


def demo(
    ctx: typer.Context,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port of the API.")] = None,
    sandbox_port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the sandbox; 0 takes a free one.")] = 0,
    once: Annotated[bool, typer.Option("--once", help="Stop when all is up and the first players are synced.")] = False,
) -> None:
    """Run the sandbox, the web server and the worker on the configured or embedded database."""
    began = time.monotonic()
    session: CommandSession = ctx.obj
    configuration = session.configuration
    if configuration.main.environment != "development":
        raise Misconfigured("The demo is for development only; GUILDHALL_ENVIRONMENT says production.")
    if port is not None:
        configuration.web.port = port
    bind(configuration.web.host, configuration.web.port).close()  # a taken port is told before anything starts
    parts = Parts()
    previous = signal.signal(signal.SIGTERM, _interrupt)
    console.print("[bold]Guildhall demo[/]")
    try:
        with _step("PostgreSQL"):
            stack = database_url(configuration.main)
            url = stack.__enter__()
        try:
            with _step("Migrations"):
                session.run_with_url(lambda at: migrate.upgrade(at, configuration.branches))
            sandbox_address = _free_address(sandbox_port)
            environment = {**overrides(configuration, sandbox_address)}
            with _step("Sandbox of the game APIs"):
                parts.start("sandbox", "sandbox", "--port", sandbox_address.rpartition(":")[2])
                parts.wait_for("sandbox", sandbox_address)
            os.environ.update(environment)
            fresh = configure()
            fresh.web.port = configuration.web.port or int(_free_address(0).rpartition(":")[2])
            address = f"http://{fresh.web.host}:{fresh.web.port}"
            with _step("Web server and worker"):
                parts.start("web", "serve", "--role", "web", "--port", str(fresh.web.port))
                parts.start("worker", "serve", "--role", "worker")
                parts.wait_for("web", f"{address}/healthz")
            _sync(CommandSession(), fresh, parts)
            _show(fresh, address, sandbox_address, time.monotonic() - began)
            if not once:
                parts.watch()
        finally:
            parts.stop()
            stack.__exit__(None, None, None)
            _ = url
    except KeyboardInterrupt:
        console.print("\nStopped; the data stays in " + str(configuration.main.home))
    finally:
        signal.signal(signal.SIGTERM, previous)


class Parts:
    """The processes of the demo: one group, started here, ended here."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *arguments: str) -> None:
        """Start `guildhall ARGUMENTS` with its log in the home folder."""
        folder = Path(os.environ.get("GUILDHALL_HOME", ".guildhall")) / "log"
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / f"{name}.log").open("ab") as output:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", "guildhall.cli", *arguments], stdout=output, stderr=output,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip
        self._log = folder

    def wait_for(self, name: str, address: str) -> None:
        """Return when the address answers. Raises Misconfigured when the part ends or takes too long."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            self.require()
            try:
                with urllib.request.urlopen(address, timeout=2):  # noqa: S310
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise Misconfigured(f"The {name} did not come up in {_PATIENCE:g} s; see {self._log / name}.log.")

    def require(self) -> None:
        """Raises Misconfigured when a part has ended, with the last line it said."""
        for name, process in self._running.items():
            if process.poll() is not None:
                lines = (self._log / f"{name}.log").read_text(errors="replace").strip().splitlines()
                raise Misconfigured(f"The {name} ended ({process.returncode}): {lines[-1] if lines else 'no word'}")

    def watch(self) -> None:
        """Wait until interrupted or until a part ends."""
        while True:
            self.require()
            time.sleep(0.5)

    def stop(self) -> None:
        """End all parts: asked first, the last started first, killed after ten seconds."""
        for process in reversed(self._running.values()):
            if process.poll() is None:
                process.terminate()
        for process in self._running.values():
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class _step:  # noqa: N801
    """A line of the demo: what is done, then how long it took."""

    def __init__(self, title: str) -> None:
        self._status = console.status(f"{title} …")
        self._title = title

    def __enter__(self) -> None:
        self._began = time.monotonic()
        self._status.__enter__()

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._status.__exit__(None, None, None)
        if kind is None:
            console.print(f"  [green]✓[/] {self._title} [dim]{time.monotonic() - self._began:.1f} s[/]")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _free_address(port: int) -> str:
    listener = bind("127.0.0.1", port)
    try:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def _sync(session: CommandSession, configuration: Configuration, parts: Parts) -> None:
    """Have the worker sync the demo's players, showing how far it is; a second start finds them fresh."""

    async def prepare(runtime: WorkerRuntime) -> None:
        for pack in configuration.packs:
            if pack.demo is not None:
                async with runtime.db.write() as tx:
                    await pack.demo.prepare(tx, configuration.of_packs[pack.name])

    async def finish(runtime: WorkerRuntime) -> None:
        for pack in configuration.packs:
            if pack.demo is not None and pack.demo.finish is not None:
                async with runtime.db.write() as tx:
                    await pack.demo.finish(tx, configuration.of_packs[pack.name])

    async def waiting(db: Database) -> int:
        async with db.read() as tx:
            counts = await queries.job_counts.many(tx)
        return sum(row.jobs for row in counts if row.status in ("pending", "processing"))

    with console.status("Syncing players …") as status:
        began = time.monotonic()
        for step in (prepare, finish):
            session.run_with_worker(step)
            deadline = time.monotonic() + _PATIENCE
            while (left := session.run(waiting)) and time.monotonic() < deadline:
                parts.require()
                status.update(f"Syncing players … {left} jobs left")
                time.sleep(0.3)
    console.print(f"  [green]✓[/] Players synced [dim]{time.monotonic() - began:.1f} s[/]")


def _show(configuration: Configuration, address: str, sandbox_address: str, seconds: float) -> None:
    console.print(f"\nReady after {seconds:.1f} s. Ctrl-C stops everything; the data stays.\n")
    console.print(f"  API            {address}")
    console.print(f"  Documentation  {address}/docs")
    console.print(f"  Sandbox        {sandbox_address}\n\nTry:")
    for pack in configuration.packs:
        if pack.demo is not None:
            for line in pack.demo.lines(configuration.of_packs[pack.name]):
                console.print(f"  curl '{address}{line}'", soft_wrap=True)
    console.print()
