"""A checkout of Guildhall as a side of a comparison: its own code, its own interpreter, its own database."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct

from bench.process import Finished, Server, free_port, run_command


class Checkout(Struct, frozen=True):
    """A folder with the source, and the Python that runs it."""

    root: Path
    python: Path

    @classmethod
    def at(cls, root: Path) -> "Checkout":
        """The checkout in a folder: run by its own .venv, or by this Python where it has none.

        Raises FileNotFoundError when no Guildhall is there.
        """
        root = root.resolve()
        if not (root / "src" / "guildhall").is_dir():
            raise FileNotFoundError(f"{root} is no checkout of Guildhall: it has no src/guildhall")
        own = root / ".venv" / "bin" / "python"
        return cls(root, own if own.exists() else Path(sys.executable))

    @property
    def commit(self) -> str:
        """The short name of the commit, or the folder's where git knows none."""
        found = subprocess.run(
            ["git", "-C", str(self.root), "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
        )
        return found.stdout.strip() or self.root.name


class Side(Struct, frozen=True):
    """A checkout with what is its own during a run: an empty database and a folder."""

    checkout: Checkout
    database_url: str
    directory: Path

    def command(self, *arguments: str) -> list[str]:
        """The command `guildhall ARGUMENTS` of this checkout."""
        return [str(self.checkout.python), "-m", "guildhall.cli", *arguments]

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of its processes: the checkout's own code, its database, its home folder."""
        return {
            "PYTHONPATH": str(self.checkout.root / "src"),
            "GUILDHALL_DATABASE_URL": self.database_url,
            "GUILDHALL_HOME": str(self.directory / "home"),
            "GUILDHALL_DOTA2_OPENDOTA_URL": "http://127.0.0.1:1/api",
            "GUILDHALL_WEB_RATE_PER_MINUTE": "100000000",
            "GUILDHALL_WEB_RATE_BURST": "100000000",
            **{f"GUILDHALL_LIMITS_{group}_FREE": "100000000" for group in ("READ", "WRITE", "SEARCH", "UPLOAD")},
            **more,
        }

    def run(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Finished:
        """Run a command of the checkout to its end."""
        return run_command(self.command(*arguments), environment=self.environment(**(environment or {})))

    def server(
        self,
        *arguments: str,
        ready: str | Callable[[], bool] = "/healthz",
        environment: Mapping[str, str] | None = None,
    ) -> Server:
        """A process of the checkout that takes `--port`."""
        port = free_port()
        command = self.command(*arguments, "--port", str(port))
        return Server(command, port, environment=self.environment(**(environment or {})), ready=ready)
