"""Jobs that close the lists of past weeks, and delete old ones."""

from datetime import UTC, datetime, timedelta

from guildhall.core.boards.messages import CloseWeeks, DropLists
from guildhall.core.boards.queries import windows as queries
from guildhall.core.boards.settings import BoardsSettings
from guildhall.core.jobs.bindings import Due, On, Schedule, daily
from guildhall.db.pool import Database
from guildhall.pack import WorkerPart

_GRACE = timedelta(minutes=30)
"""Time after the end of a week in which transactions that began in it may still commit."""
_LISTS = 200
_DROPPED = 5000
"""Scores that are deleted in one transaction."""


def _over(now: datetime) -> tuple[datetime]:
    return (now - _GRACE,)


async def close_weeks(_: CloseWeeks, db: Database) -> dict[str, int]:
    """Close the lists of weeks that are over."""
    closed = 0
    while True:
        async with db.write() as tx:
            found = await queries.weeks_to_close.many(tx, tx.now - _GRACE, _LISTS)
            for window in found:
                await queries.lock_window.one(tx, window)
                closed += await queries.close_window.run(tx, window, tx.now)
        if len(found) < _LISTS:
            return {"closed": closed}


async def drop_lists(_: DropLists, db: Database, settings: BoardsSettings) -> dict[str, int]:
    """Delete the lists that nobody wants to keep, part by part. Goes on where an earlier run was stopped."""
    dropped = scores = 0
    while True:
        async with db.write() as tx:
            weeks_before = tx.now - timedelta(weeks=settings.keep_weeks)
            days = settings.keep_closed_days
            closed_before = tx.now - timedelta(days=days) if days else datetime.min.replace(tzinfo=UTC)
            found = await queries.windows_to_drop.many(tx, tx.now, weeks_before, closed_before, _LISTS)
        if not found:
            return {"lists": dropped, "scores": scores}
        for window in found:
            while True:
                async with db.write() as tx:
                    deleted = await queries.drop_scores.one(tx, window, _DROPPED)
                scores += deleted
                if deleted < _DROPPED:
                    break
            dropped += 1


WORKER = WorkerPart(
    handlers=(
        On(CloseWeeks, close_weeks, schedule=Schedule("31 * * * *", Due(queries.any_week_over, _over))),
        On(DropLists, drop_lists, schedule=daily(hour=4, minute=50)),
    )
)
