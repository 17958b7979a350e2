"""`guildhall demo`: everything at once, with living data, from nothing."""

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from guildhall.boot.configuration import Configuration, configure
from guildhall.boot.database import database_url
from guildhall.boot.listening import bind
from guildhall.boot.worker import WorkerRuntime
from guildhall.cli.children import interruptible, sandbox_environment
from guildhall.cli.session import CommandSession, run_loop
from guildhall.core.jobs import queries
from guildhall.db import migrate
from guildhall.db.pool import Database
from guildhall.errors import Misconfigured
from guildhall.pack import Pack

_PATIENCE = 60.0
"""Seconds that a part may take to come up."""
_SOON = 20.0
"""Seconds until a job that is waited for: a retry after a failure, but not a notice to followers a minute later."""
console = Console()


def demo(
    ctx: typer.Context,
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port of the API.")] = None,
    sandbox_port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the sandbox; 0 takes a free one.")] = 0,
    once: Annotated[
        bool, typer.Option("--once", help="Stop when everything runs and the first players are synced.")
    ] = False,
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
    console.print("[bold]Guildhall demo[/]")
    with interruptible(), contextlib.ExitStack() as stack:
        stack.callback(lambda: console.print(f"\nStopped; the data stays in {configuration.main.home}"))
        stack.enter_context(contextlib.suppress(KeyboardInterrupt))
        with _step("PostgreSQL"):
            url = stack.enter_context(database_url(configuration.main))
        with _step("Migrations") as say:
            run_loop(migrate.upgrade(url, configuration.branches, progress=lambda name, _: say(name)))
        parts = stack.enter_context(Parts(configuration.main.home / "log"))
        sandbox_address = _free_address(sandbox_port)
        with _step("Sandbox of the game APIs"):
            parts.start("sandbox", "sandbox", "--port", sandbox_address.rpartition(":")[2])
            parts.wait_for("sandbox", sandbox_address)
        os.environ.update(sandbox_environment(sandbox_address))
        fresh = configure()
        fresh.web.port = configuration.web.port or int(_free_address(0).rpartition(":")[2])
        address = f"http://{fresh.web.host}:{fresh.web.port}"
        os.environ.setdefault("GUILDHALL_IDENTITY_PUBLIC_URL", address)  # where providers send browsers back to
        os.environ.setdefault("GUILDHALL_SOCIAL_BROADCAST_DELAY_SECONDS", "5")  # nobody wants to wait for a minute here
        with _step("Web server and worker"):
            parts.start("web", "serve", "--role", "web", "--port", str(fresh.web.port))
            parts.start("worker", "serve", "--role", "worker")
            parts.wait_for("web", f"{address}/healthz")
        commands = CommandSession()
        _sync(commands, fresh, parts)
        hints = [line for pack in fresh.packs for line in _hints(commands, pack)]
        _show(fresh, address, sandbox_address, time.monotonic() - began, hints)
        if not once:
            parts.watch()


class Parts:
    """The processes of the demo: started here, ended with the block; their logs are in a folder."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> "Parts":
        self._log.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, name: str, *arguments: str) -> None:
        """Start `guildhall ARGUMENTS`."""
        with (self._log / f"{name}.log").open("ab") as output:
            self._running[name] = subprocess.Popen(
                [sys.executable, "-m", "guildhall.cli", *arguments], stdout=output, stderr=output,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip

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


@contextlib.contextmanager
def _step(title: str) -> Iterator[Callable[[str], None]]:
    """A line of the demo: the step, then the time it took. The yielded function shows its progress."""
    began = time.monotonic()
    with console.status(f"{title} …") as status:
        yield lambda word: status.update(f"{title} … {word}")
    console.print(f"  [green]✓[/] {title} [dim]{time.monotonic() - began:.1f} s[/]")


def _free_address(port: int) -> str:
    listener = bind("127.0.0.1", port)
    try:
        return f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


def _sync(session: CommandSession, configuration: Configuration, parts: Parts) -> None:
    """Run the worker's sync of the demo's players, and show its progress; a second start finds them fresh."""

    async def prepare(runtime: WorkerRuntime) -> None:
        for pack in configuration.packs:
            if pack.development.demo is not None:
                async with runtime.db.write() as tx:
                    await pack.development.demo.load().prepare(tx, configuration.of_slices[pack.name])

    async def finish_all(runtime: WorkerRuntime) -> None:
        for pack in configuration.packs:
            if pack.development.demo is not None and (finish := pack.development.demo.load().finish) is not None:
                async with runtime.db.write() as tx:
                    await finish(tx, configuration.of_slices[pack.name])

    for pack in configuration.packs:
        if pack.development.seed is not None:
            session.run(pack.development.seed.load())

    async def waiting(db: Database) -> int:
        async with db.read() as tx:
            return await queries.jobs_due_within.one(tx, _SOON)

    with console.status("Syncing players …") as status:
        began = time.monotonic()
        for step in (prepare, finish_all):
            session.run_with_worker(step)
            deadline = time.monotonic() + _PATIENCE
            while (left := session.run(waiting)) and time.monotonic() < deadline:
                parts.require()
                status.update(f"Syncing players … {left} jobs left")
                time.sleep(0.3)
            if left:
                console.print(f"  [yellow]![/] {left} jobs are still under way: guildhall jobs list")
    console.print(f"  [green]✓[/] Players synced [dim]{time.monotonic() - began:.1f} s[/]")


def _hints(session: CommandSession, pack: Pack) -> Sequence[str]:
    hints = pack.development.demo.load().hints if pack.development.demo is not None else None
    return session.run(hints) if hints is not None else ()


def _show(
    configuration: Configuration, address: str, sandbox_address: str, seconds: float, hints: Sequence[str]
) -> None:
    console.print(f"\nReady after {seconds:.1f} s. Ctrl-C stops everything; the data and the tokens below stay.\n")
    console.print(f"  API            {address}")
    console.print(f"  Documentation  {address}/docs")
    console.print(f"  Sandbox        {sandbox_address}\n\nTry:")
    for pack in configuration.packs:
        if pack.development.demo is not None:
            for line in pack.development.demo.load().lines(configuration.of_slices[pack.name]):
                console.print(f"  curl '{address}{line}'", soft_wrap=True)
    for line in hints:
        console.print(f"  {line.replace('{address}', address)}", soft_wrap=True, markup=False)
    console.print()
