"""`guildhall dev`: a pack that is being written, served anew after every change."""

import contextlib
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from guildhall.boot.database import database_url
from guildhall.boot.listening import bind
from guildhall.boot.packs import GROUP
from guildhall.boot.settings import Settings, load
from guildhall.cli.children import Child, free_port, interruptible, sandbox_environment
from guildhall.cli.dev_state import noted
from guildhall.cli.error_page import ErrorPage
from guildhall.cli.watching import State, state_of, wait_for_change
from guildhall.errors import Misconfigured

Noting = Callable[[str], AbstractContextManager[None]]
"""Tells commands of the stand-ins' address as long as they run."""

_PLACE = re.compile(r"\(([^()\s]+\.py):(\d+)\)")
console = Console(stderr=True)


def dev(
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="Port of the API.")] = None,
    folder: Annotated[Path, typer.Option(help="Folder of the pack.", file_okay=False, exists=True)] = Path(),
) -> None:
    """Serve the pack of this folder with its sandbox and worker, and again after every change."""
    main = load(Settings)
    if main.environment != "development":
        raise Misconfigured("guildhall dev is for development only; GUILDHALL_ENVIRONMENT says production.")
    names = packs_of(folder)
    host = os.environ.get("GUILDHALL_WEB_HOST", "127.0.0.1")
    listener = bind(host, int(os.environ.get("GUILDHALL_WEB_PORT", "8000")) if port is None else port)
    port = int(listener.getsockname()[1])
    listener.close()
    common = {
        "GUILDHALL_PACKS_STRICT": "true", "GUILDHALL_WEB_EXPLAIN_ERRORS": "true", "GUILDHALL_LOG_JSON": "false",
        "GUILDHALL_WEB_HOST": host, "GUILDHALL_WEB_PORT": str(port), "PYTHONUNBUFFERED": "1",
    }  # fmt: skip
    packs = names or None if main.packs is None else main.packs
    if packs:
        common["GUILDHALL_PACKS"] = msgspec.json.encode(packs).decode()
    stand_ins = free_port()  # the same after every change
    console.print(f"[bold]Guildhall dev[/] {', '.join(packs or ()) or 'all packs'}; Ctrl-C ends it")
    with interruptible(), contextlib.suppress(KeyboardInterrupt), database_url(main):
        while True:
            noting = partial(noted, main.home, packs)
            changed = _serve_until_change(folder, {**os.environ, **common}, f"http://{host}:{port}", stand_ins, noting)
            console.print(f"Changed: {', '.join(os.path.relpath(one, folder) for one in changed)}", style="bold")
    console.print("Stopped.")


def packs_of(folder: Path) -> list[str]:
    """The packs of the distribution in a folder, by its pyproject.toml. Raises Misconfigured."""
    try:
        read = tomllib.loads((folder / "pyproject.toml").read_text())
    except FileNotFoundError:
        return []
    except tomllib.TOMLDecodeError as error:
        raise Misconfigured(f"{folder / 'pyproject.toml'} is no TOML: {error}") from error
    names = sorted(read.get("project", {}).get("entry-points", {}).get(GROUP, {}))
    missing = [name for name in names if name not in {point.name for point in entry_points(group=GROUP)}]
    if missing:
        raise Misconfigured(f"The pack '{missing[0]}' is not installed here: run `pip install -e {folder}` first.")
    return names


def _serve_until_change(
    folder: Path, environment: dict[str, str], address: str, stand_ins: int, noting: Noting
) -> list[str]:
    """Serve until files change, and return them; what is wrong meanwhile is told."""
    seen = state_of(folder)
    with contextlib.ExitStack() as stack:
        words = _prepare(stack, environment, stand_ins, noting)
        if not words:
            served = stack.enter_context(Child(environment, "serve", "--role", "all"))
            words = served.wait_for(f"{address}/healthz")
            if not words:
                console.print(
                    f"Serving {address}/docs; stand-ins and mails http://127.0.0.1:{stand_ins}", style="green"
                )
                if changed := wait_for_change(folder, seen, lambda: served.ended):
                    return changed
                words = served.last_line
        return _tell(folder, seen, words, address)


def _prepare(stack: contextlib.ExitStack, environment: dict[str, str], port: int, noting: Noting) -> str:
    """Migrate, start the sandbox, and lead settings and commands to it; return what is wrong, or nothing."""
    migrated = subprocess.run(
        [sys.executable, "-m", "guildhall.cli", "db", "upgrade"], env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if migrated.returncode:
        said = migrated.stderr.strip().splitlines()
        return said[-1].removeprefix("guildhall: ") if said else "The migrations failed without a word."
    sandbox = stack.enter_context(Child(environment, "sandbox", "--port", str(port), quiet=True))
    address = f"http://127.0.0.1:{port}"
    words = sandbox.wait_for(address)
    if not words:
        environment.update(sandbox_environment(address))
        stack.enter_context(noting(address))
    return words


def _tell(folder: Path, seen: State, words: str, address: str) -> list[str]:
    """Show an error in the terminal and at the address, until files change; return them."""
    console.print(words, style="bold red", markup=False, highlight=False, soft_wrap=True)
    found = _PLACE.search(words)
    place = None if found is None else _found(folder, found[1], int(found[2]))
    with contextlib.ExitStack() as showing:
        with contextlib.suppress(OSError):  # somebody else took the port meanwhile: the terminal has the error
            showing.enter_context(ErrorPage(address, words, place))
        return wait_for_change(folder, seen, lambda: False)


def _found(folder: Path, file: str, line: int) -> tuple[Path, int] | None:
    """A file of the pack, which a line names from its package."""
    for below in ("src", "."):
        if (path := (folder / below / file).resolve()).exists():
            return path, line
    return None
