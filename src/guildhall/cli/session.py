"""The session of a command: event loop, configured database, and failures in one line."""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from guildhall import log
from guildhall.boot.calling import call_filled, wanted_by
from guildhall.boot.database import database_url, login_of, pool_settings
from guildhall.boot.opening import open_without_broken
from guildhall.boot.packs import active_packs, branches
from guildhall.boot.settings import Settings, load
from guildhall.clock import Clock
from guildhall.db import migrate
from guildhall.db.branch import Branch
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database
from guildhall.errors import Misconfigured
from guildhall.references import Reference

if TYPE_CHECKING:
    from guildhall.boot.configuration import Configuration
    from guildhall.boot.worker import WorkerRuntime

Result = TypeVar("Result")

_configure: "Reference[Callable[[], Configuration]]" = Reference("guildhall.boot.configuration:configure")
_open_worker: "Reference[Callable[[Configuration, str, Clock], AbstractAsyncContextManager[WorkerRuntime]]]" = (
    Reference("guildhall.boot.worker:open_worker")
)
_follow_dev: "Reference[Callable[[Settings], bool]]" = Reference("guildhall.cli.dev_state:follow")


def run_loop(main: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine on uvloop where there is one."""
    if sys.platform == "win32":
        return asyncio.run(main)
    import uvloop

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(main)


def start_logs(configuration: "Configuration") -> None:
    """Log as the settings say."""
    main = configuration.main
    log.configure(json=main.log_json, level=main.log_level, requests=main.log_requests)


class CommandSession:
    """The session of a command; see `guildhall.pack.Session`."""

    def __init__(self) -> None:
        self._main: Settings | None = None
        self._configuration: Configuration | None = None

    @property
    def main(self) -> Settings:
        """The settings of the process, read at the first use. Raises Misconfigured."""
        if self._main is None:
            self._main = _settings()
            log.configure(json=self._main.log_json, level="warning", requests=False)
        return self._main

    @property
    def configuration(self) -> "Configuration":
        """All settings, read at the first use. Raises Misconfigured."""
        if self._configuration is None:
            _ = self.main  # what `guildhall dev` uses is in the environment then
            self._configuration = _configure.load()()
            log.configure(json=self._configuration.main.log_json, level="warning", requests=False)
        return self._configuration

    @property
    def branches(self) -> list[Branch]:
        """The migrations of everything that is on. Raises Misconfigured."""
        return branches(active_packs(self.main))

    def run(self, action: Callable[..., Awaitable[Result]], *arguments: object) -> Result:
        """Run an async function with `arguments`, and with what its other parameters ask for by type.

        One that asks for the database alone gets it without everything else that a worker holds.
        """
        bound = partial(action, *arguments)
        wanted = wanted_by(bound)
        if set(wanted.values()) == {Database}:

            async def with_database(url: str) -> Result:
                await migrate.require_current(login_of(self.main, url, JOBS), self.branches, JOBS)
                async with _opened(self.main, url) as db:
                    return await bound(**dict.fromkeys(wanted, db))

            return self.run_with_url(with_database)

        async def main(runtime: "WorkerRuntime") -> Result:
            return await call_filled(bound, runtime.provided)

        return self.run_with_worker(main)

    def run_with_worker(self, action: "Callable[[WorkerRuntime], Awaitable[Result]]") -> Result:
        """Run an async function with everything that a worker holds open, on a database that is current."""
        configuration = self.configuration

        async def main(url: str) -> Result:
            await migrate.require_current(login_of(configuration.main, url, JOBS), configuration.branches, JOBS)
            async with AsyncExitStack() as stack:
                runtime, _ = await open_without_broken(
                    stack, configuration, lambda chosen: _open_worker.load()(chosen, url, Clock())
                )
                return await action(runtime)

        return self.run_with_url(main)

    def run_with_url(self, action: Callable[[str], Coroutine[Any, Any, Result]]) -> Result:
        """Run an async function with the database's URL, whatever state it is in."""
        with database_url(self.main) as url:
            return run_loop(action(url))

    def run_as_owner(self, action: Callable[[str], Coroutine[Any, Any, Result]]) -> Result:
        """Run an async function as the database's owner. Raises Misconfigured where no owner is known."""
        main = self.main
        if main.database_url is None and (main.database_app_url or main.database_jobs_url) is not None:
            raise Misconfigured("This command works as the database's owner: set GUILDHALL_DATABASE_URL.")
        return self.run_with_url(action)


def _settings() -> Settings:
    """The settings of the process, with those that `guildhall dev` of the same home folder goes by."""
    main = load(Settings)
    if (main.home / "dev.json").exists() and _follow_dev.load()(main):
        return load(Settings)
    return main


@asynccontextmanager
async def _opened(main: Settings, url: str) -> AsyncIterator[Database]:
    """The database as a worker sees it."""
    db = await Database.open(pool_settings(main, url, JOBS, "worker"), Clock())
    try:
        yield db
    finally:
        await db.close()
