"""The worker of a process: what it holds open, its handlers and its schedule."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import cast

from msgspec import Struct

from guildhall.boot.configuration import Configuration
from guildhall.boot.database import pool_settings
from guildhall.boot.faults import blaming
from guildhall.boot.objects import Clients, make_clients, make_objects, open_services
from guildhall.boot.part_names import require_own_parts, undeclared_messages
from guildhall.clock import Clock
from guildhall.core.achievements.declaration import Achievements
from guildhall.core.achievements.jobs import looks
from guildhall.core.cache import jobs as cache_jobs
from guildhall.core.fresh.bound import Bound
from guildhall.core.fresh.declaration import Declarations
from guildhall.core.fresh.keeper import Keeper
from guildhall.core.fresh.settings import FreshSettings
from guildhall.core.jobs import jobs as queue_jobs
from guildhall.core.jobs.attempts import Call
from guildhall.core.jobs.bindings import Cron, On, Provided, scheduled
from guildhall.core.jobs.conditions import Condition
from guildhall.core.jobs.jobs import PartitionRetention
from guildhall.core.jobs.schedules import require_expression, require_schedule
from guildhall.core.jobs.worker import Worker, require_distinct
from guildhall.core.upstream.clients import UpstreamClients
from guildhall.db.policies import JOBS
from guildhall.db.pool import Database
from guildhall.log import get_logger

log = get_logger(__name__)


class WorkerRuntime(Struct, frozen=True):
    """The resources of a worker. `db` works as JOBS. `provided` is what job handlers can ask for by type."""

    configuration: Configuration
    clock: Clock
    db: Database
    clients: Clients
    provided: Provided


@asynccontextmanager
async def open_worker(configuration: Configuration, url: str, clock: Clock) -> AsyncIterator[WorkerRuntime]:
    """Open what a worker needs. Raises Misconfigured, DatabaseUnavailable, and PackFailed for a broken pack."""
    require_own_parts(configuration, web=False)
    async with AsyncExitStack() as stack:
        db = await Database.open(pool_settings(configuration.main, url, JOBS, "worker"), clock)
        stack.push_async_callback(db.close)
        clients = make_clients(configuration, db, clock)
        for client in clients.plain:
            stack.push_async_callback(client.close)
        provided = make_objects(configuration, db, clock, clients)
        open_services(configuration, provided, stack)
        keep: dict[str, int] = {}
        for owner, part in configuration.owned_worker_parts:
            if part.keep_months is not None:
                with blaming(owner, "does not start"):
                    keep |= part.keep_months(configuration.of_slices[owner.name])
        provided[PartitionRetention] = PartitionRetention(keep)
        for owner, process in configuration.owned_process_parts:
            for achievement in process.achievements:
                if achievement.every is not None:
                    with blaming(owner, "does not start", achievement.name):
                        require_expression(achievement.name, achievement.every.expression)
        upstreams = UpstreamClients(clients.plain)
        for owner, part in configuration.owned_worker_parts:
            for fresh in part.fresh:
                with blaming(owner, "does not start", fresh.name):
                    Bound(fresh, provided, upstreams)
        declared = tuple(one for part in configuration.worker_parts for one in part.fresh)
        require_distinct("declarations of what is kept fresh", [one.name for one in declared])
        provided[Declarations] = Declarations(declared)
        settings = cast(FreshSettings, configuration.of_slices["fresh"])
        provided[Keeper] = Keeper(db, clock, settings, declared, provided, upstreams)
        yield WorkerRuntime(configuration, clock, db, clients, provided)


def _require_fit(on: On, provided: Provided) -> None:
    """Raises Miswired for a handler or a schedule that cannot run."""
    Call(on, provided)
    if on.schedule is not None:
        require_schedule(Cron(on.schedule, on.message()))
        if on.schedule.due is not None:
            Condition(on.message.name, on.schedule.due, provided)


def make_worker(runtime: WorkerRuntime, *, schedules: bool = True) -> Worker:
    """A worker that is ready to run. Raises PackFailed for a handler that asks for what nothing provides.

    Without `schedules` it does what is queued, and nothing else.
    """
    for one, part in runtime.configuration.owned_worker_parts:
        for on in part.handlers:
            with blaming(one, "does not start", on.handler_name):
                _require_fit(on, runtime.provided)
    for pack, message in undeclared_messages(runtime.configuration):
        log.warning("message_undeclared", pack=pack, message=message, do="name it in messages= or handlers=")
    parts = runtime.configuration.worker_parts
    looked_for = cast(Achievements, runtime.provided[Achievements])
    handlers = [
        *queue_jobs.HANDLERS,
        *cache_jobs.HANDLERS,
        *(on for one in parts for on in one.handlers),
        *looks(looked_for.all),
    ]
    return Worker(
        runtime.db,
        messages=[message for one in parts for message in one.messages],
        handlers=handlers,
        schedule=scheduled(handlers) if schedules else (),
        provided=runtime.provided,
        settings=runtime.configuration.jobs,
    )
