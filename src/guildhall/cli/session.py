"""What commands run in: the event loop, the configured database, and failures told in one line."""

import asyncio
import inspect
import sys
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar, get_type_hints

from guildhall import log
from guildhall.boot.runtime import Configuration, WorkerRuntime, configure, database_url, open_worker
from guildhall.clock import Clock
from guildhall.db import migrate
from guildhall.errors import Misconfigured

Result = TypeVar("Result")


def run_loop(main: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine on uvloop where there is one."""
    if sys.platform == "win32":
        return asyncio.run(main)
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


def start_logs(configuration: Configuration) -> None:
    """Log as the settings say."""
    main = configuration.main
    log.configure(json=main.log_json, level=main.log_level, requests=main.log_requests)


class CommandSession:
    """The session of a command; see `guildhall.pack.Session`."""

    def __init__(self) -> None:
        self._configuration: Configuration | None = None

    @property
    def configuration(self) -> Configuration:
        """The settings, read at the first use. Raises Misconfigured."""
        if self._configuration is None:
            self._configuration = configure()
            log.configure(json=self._configuration.main.log_json, level="warning", requests=False)
        return self._configuration

    def run(self, action: Callable[..., Awaitable[Result]]) -> Result:
        """Run an async function with what its parameters ask for by type."""
        hints = get_type_hints(action)
        names = list(inspect.signature(action).parameters)

        async def main(runtime: WorkerRuntime) -> Result:
            provided = runtime.provided
            missing = [name for name in names if hints.get(name) not in provided]
            if missing:
                raise Misconfigured(f"The command asks for {missing[0]}, which nothing provides.")
            return await action(**{name: provided[hints[name]] for name in names})

        return self.run_with_worker(main)

    def run_with_worker(self, action: Callable[[WorkerRuntime], Awaitable[Result]]) -> Result:
        """Run an async function with everything that a worker holds open, on a database that is current."""
        configuration = self.configuration

        async def main(url: str) -> Result:
            await migrate.require_current(url, configuration.branches)
            async with open_worker(configuration, url, Clock()) as runtime:
                return await action(runtime)

        with database_url(configuration.main) as url:
            return run_loop(main(url))

    def run_with_url(self, action: Callable[[str], Coroutine[Any, Any, Result]]) -> Result:
        """Run an async function with the database's URL, whatever state it is in."""
        with database_url(self.configuration.main) as url:
            return run_loop(action(url))
