"""Commands of packs, run in the process of a test on its own database."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, TypeVar

import msgspec
import typer
from msgspec import Struct
from typer.testing import CliRunner

from guildhall.boot.calling import call_filled
from guildhall.boot.configuration import Configuration
from guildhall.boot.worker import open_worker
from guildhall.clock import Clock
from guildhall.errors import GuildhallError, Misconfigured

Result = TypeVar("Result")


class Ran(Struct, frozen=True):
    """A command that has ended: its exit status, what it printed, and what it said of failures."""

    status: int
    output: str
    error: str

    @property
    def json(self) -> Any:
        """The output of a command that was run with `--json`."""
        return msgspec.json.decode(self.output)


class _Session:
    """The session of a command; see `guildhall.pack.Session`."""

    def __init__(self, configuration: Configuration, url: str, clock: Clock) -> None:
        self._configuration = configuration
        self._url = url
        self._clock = clock

    def run(self, action: Callable[..., Awaitable[Result]], *arguments: object) -> Result:
        """Run an async function with `arguments`, and with what its other parameters ask for by type."""

        async def main() -> Result:
            async with open_worker(self._configuration, self._url, self._clock) as runtime:
                return await call_filled(partial(action, *arguments), runtime.provided)

        return asyncio.run(main())


def run_command(configuration: Configuration, url: str, clock: Clock, words: Sequence[str], typed: str | None) -> Ran:
    """Run a command of a pack; `typed` is what somebody types when it asks.

    Raises LookupError for a name that is no pack with commands, and what the command raises but for failures that have
    a message of their own. Not for the thread of an event loop: the command makes its own.
    """
    name = words[0] if words else ""
    groups = {one.name: one.commands.group for one in configuration.slices if one.commands is not None}
    if name not in groups:
        raise LookupError(f"'{name}' has no commands; there are those of {', '.join(sorted(groups))}")
    guildhall = typer.Typer(name="guildhall")
    guildhall.add_typer(groups[name].load(), name=name)
    session = _Session(configuration, url, clock)
    done = CliRunner().invoke(guildhall, list(words), input=typed, obj=session)
    status, error = done.exit_code, done.stderr
    match done.exception:
        case None | SystemExit():
            pass
        case Misconfigured():
            status, error = 2, f"{error}guildhall: {done.exception}\n"
        case GuildhallError():
            status, error = 1, f"{error}guildhall: {done.exception.whole}\n"
        case unexpected:
            raise unexpected
    return Ran(status, done.stdout, error)
