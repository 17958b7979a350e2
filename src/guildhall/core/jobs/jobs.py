"""The queue's and the database's own upkeep."""

from collections.abc import Mapping
from datetime import timedelta

from msgspec import Struct

from guildhall.core.jobs.bindings import Cron, On, daily
from guildhall.core.jobs.messages import CleanUpJobs, MaintainPartitions
from guildhall.core.jobs.queries import (
    forget_dead_letters,
    forget_jobs,
    forget_queue_log,
    forget_queue_statistics,
    forget_workers,
)
from guildhall.core.jobs.settings import JobsSettings
from guildhall.db import partitions
from guildhall.db.pool import Database


class PartitionRetention(Struct, frozen=True):
    """How many full months each partitioned table keeps; a table that is not named keeps everything."""

    keep_months: Mapping[str, int]


async def clean_up_jobs(_: CleanUpJobs, db: Database, settings: JobsSettings) -> dict[str, int]:
    """Delete what ended more than `keep_days` ago; how many rows of each table."""
    async with db.write() as tx:
        before = tx.now - timedelta(days=settings.keep_days)
        return {
            "jobs": await forget_jobs.run(tx, before),
            "dead_letters": await forget_dead_letters.run(tx, before),
            "queue_log": await forget_queue_log.run(tx, before),
            "queue_statistics": await forget_queue_statistics.run(tx, before),
            "workers": await forget_workers.run(tx, tx.now - timedelta(days=1)),
        }


async def maintain_partitions(
    _: MaintainPartitions, db: Database, retention: PartitionRetention
) -> dict[str, list[str]]:
    """Make the coming months' partitions, drop those past retention; the names of both."""
    async with db.write() as tx:
        made = await partitions.make_ahead(tx)
    dropped: list[str] = []
    for table, months in retention.keep_months.items():
        async with db.write() as tx:
            dropped += await partitions.drop_before(tx, table, months)
    return {
        "made": [f"{table} {month:%Y-%m}" for table, months in made.items() for month in months],
        "dropped": dropped,
    }


HANDLERS = (On(CleanUpJobs, clean_up_jobs), On(MaintainPartitions, maintain_partitions))
SCHEDULE: tuple[Cron, ...] = (daily(CleanUpJobs(), hour=3, minute=20), daily(MaintainPartitions(), hour=2))
