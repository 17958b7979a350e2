"""The worker of a process: what it holds open, its handlers and its schedule."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import cast

from msgspec import Struct

from guildhall.boot.configuration import Configuration
from guildhall.boot.database import pool_settings
from guildhall.boot.objects import Clients, make_clients, make_objects, open_objects
from guildhall.clock import Clock
from guildhall.core.cache import jobs as cache_jobs
from guildhall.core.fresh.declaration import Declarations
from guildhall.core.fresh.keeper import Keeper
from guildhall.core.fresh.settings import FreshSettings
from guildhall.core.jobs import jobs as queue_jobs
from guildhall.core.jobs.bindings import Provided, scheduled
from guildhall.core.jobs.jobs import PartitionRetention
from guildhall.core.jobs.worker import Worker, require_distinct
from guildhall.core.upstream.clients import UpstreamClients
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database


class WorkerRuntime(Struct, frozen=True):
    """The resources of a worker. `db` works as JOBS. `provided` is what job handlers can ask for by type."""

    configuration: Configuration
    clock: Clock
    db: Database
    clients: Clients
    provided: Provided


@asynccontextmanager
async def open_worker(configuration: Configuration, url: str, clock: Clock) -> AsyncIterator[WorkerRuntime]:
    """Open what a worker needs. Raises Misconfigured, DatabaseUnavailable."""
    async with AsyncExitStack() as stack:
        db = await Database.open(pool_settings(configuration.main, url, JOBS, "worker"), clock)
        stack.push_async_callback(db.close)
        clients = make_clients(configuration, db, clock)
        for client in clients.plain:
            stack.push_async_callback(client.close)
        provided = make_objects(configuration, db, clock, clients)
        open_objects((kind for part in configuration.process_parts for kind in part.services), provided, stack)
        keep: dict[str, int] = {}
        for one in configuration.slices:
            for part in one.worker_parts():
                if part.keep_months is not None:
                    keep |= part.keep_months(configuration.of_slices[one.name])
        provided[PartitionRetention] = PartitionRetention(keep)
        declared = tuple(one for part in configuration.worker_parts for one in part.fresh)
        require_distinct("declarations of what is kept fresh", [one.name for one in declared])
        provided[Declarations] = Declarations(declared)
        settings = cast(FreshSettings, configuration.of_slices["fresh"])
        provided[Keeper] = Keeper(db, clock, settings, declared, provided, UpstreamClients(clients.plain))
        yield WorkerRuntime(configuration, clock, db, clients, provided)


def make_worker(runtime: WorkerRuntime) -> Worker:
    """A worker that is ready to run. Raises Misconfigured for a handler that asks for what nothing provides."""
    parts = runtime.configuration.worker_parts
    handlers = [*queue_jobs.HANDLERS, *cache_jobs.HANDLERS, *(on for one in parts for on in one.handlers)]
    return Worker(
        runtime.db,
        messages=[message for one in parts for message in one.messages],
        handlers=handlers,
        schedule=scheduled(handlers),
        provided=runtime.provided,
        settings=runtime.configuration.jobs,
    )
