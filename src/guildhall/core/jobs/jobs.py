"""The queue's and the database's own upkeep."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct

from guildhall.core.jobs.bindings import On, daily
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
from guildhall.db.statements import Command
from guildhall.errors import Unavailable
from guildhall.log import get_logger

log = get_logger(__name__)

_BATCH = 10_000
"""Rows deleted in one transaction."""


class PartitionRetention(Struct, frozen=True):
    """The number of full months that each partitioned table keeps; a table that is not named keeps everything."""

    keep_months: Mapping[str, int]


async def clean_up_jobs(_: CleanUpJobs, db: Database, settings: JobsSettings) -> dict[str, int]:
    """Delete what ended more than `keep_days` ago; how many rows of each table."""
    async with db.write() as tx:
        before = tx.now - timedelta(days=settings.keep_days)
        workers = await forget_workers.run(tx, tx.now - timedelta(days=1))
    return {
        "jobs": await _forget(db, forget_jobs, before),
        "dead_letters": await _forget(db, forget_dead_letters, before),
        "queue_log": await _forget(db, forget_queue_log, before),
        "queue_statistics": await _forget(db, forget_queue_statistics, before),
        "workers": workers,
    }


async def _forget(db: Database, batch: Command[[datetime, int]], before: datetime) -> int:
    """Run a deletion until nothing is left of it; how many rows."""
    total = 0
    while True:
        async with db.write() as tx:
            gone = await batch.run(tx, before, _BATCH)
        total += gone
        if gone < _BATCH:
            return total


async def maintain_partitions(
    _: MaintainPartitions, db: Database, retention: PartitionRetention
) -> dict[str, list[str]]:
    """Make the coming months' partitions, drop those past retention; the names of both.

    What fails for one table is told when all others are done.
    """
    made: dict[str, list[date]] = {}
    failed: list[Exception] = []
    async with db.read() as tx:
        tables = await partitions.partitioned_tables.many(tx)
    for table, ahead in tables:
        try:
            async with db.write() as tx:
                made[table] = await partitions.make_ahead(tx, table, ahead)
        except Unavailable:
            raise
        except Exception as error:
            log.error("partitions_not_made", table=table, exc_info=error)
            failed.append(error)
    dropped: list[str] = []
    for table, months in retention.keep_months.items():
        async with db.write() as tx:
            dropped += await partitions.drop_before(tx, table, months)
    if failed:
        raise failed[0]
    return {
        "made": [f"{table} {month:%Y-%m}" for table, months in made.items() for month in months],
        "dropped": dropped,
    }


HANDLERS = (
    On(CleanUpJobs, clean_up_jobs, schedule=daily(hour=3, minute=20)),
    On(MaintainPartitions, maintain_partitions, schedule=daily(hour=2)),
)
