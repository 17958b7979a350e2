"""The worker of a process: the handlers and schedules of the core and of the packs that are on."""

from guildhall.boot.runtime import WorkerRuntime
from guildhall.core.cache import jobs as cache_jobs
from guildhall.core.cache.messages import PurgeCache
from guildhall.core.jobs import jobs as queue_jobs
from guildhall.core.jobs.messages import CleanUpJobs, MaintainPartitions
from guildhall.core.jobs.worker import Worker


def make_worker(runtime: WorkerRuntime) -> Worker:
    """A worker that is ready to run. Raises Misconfigured for a handler that asks for what nothing provides."""
    slices = runtime.configuration.slices
    return Worker(
        runtime.db,
        messages=[CleanUpJobs, MaintainPartitions, PurgeCache, *(m for one in slices for m in one.messages)],
        handlers=[
            *queue_jobs.HANDLERS,
            *cache_jobs.HANDLERS,
            *(on for one in slices for on in one.handlers),
        ],
        schedule=[
            *queue_jobs.SCHEDULE,
            *cache_jobs.SCHEDULE,
            *(cron for one in slices for cron in one.schedule),
        ],
        provided=runtime.provided,
        settings=runtime.configuration.jobs,
    )
