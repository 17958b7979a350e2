"""Jobs of events."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import TypeVar

from guildhall.core.analytics.messages import ForgetEvents, RollUpEvents
from guildhall.core.analytics.queries import upkeep
from guildhall.core.analytics.queries.intake import anything_to_count
from guildhall.core.analytics.recount import OPEN_DAYS
from guildhall.core.analytics.roll_ups import RollUps
from guildhall.core.analytics.settings import AnalyticsSettings
from guildhall.core.jobs.bindings import Due, On, hourly, minutely
from guildhall.db.partitions import following, month_of
from guildhall.db.pool import Database
from guildhall.db.statements import Command
from guildhall.pack import WorkerPart

Bound = TypeVar("Bound", date, datetime)

_AT_ONCE = 20_000
"""Rows that are deleted in one transaction."""


async def roll_up_events(_: RollUpEvents, roll_ups: RollUps) -> dict[str, int]:
    """Count new events. Web processes do it all the time; this job is for times when there is none."""
    before = roll_ups.counted
    await roll_ups.round()
    return {"counted": roll_ups.counted - before}


async def forget_events(_: ForgetEvents, db: Database, settings: AnalyticsSettings) -> dict[str, int]:
    """Delete what is too old, some at once; how many rows of each kind."""
    async with db.write() as tx:
        now, open_since = tx.now, tx.now.date() - timedelta(days=OPEN_DAYS)
        days = await upkeep.closed_days.many(tx, open_since)
        salts = await upkeep.forget_salts.run(tx, open_since)
    keys_before = now - timedelta(hours=settings.keep_key_hours)
    daily_before = following(month_of(now.date()), -settings.keep_daily_months)
    return {
        "keys": await _forget(db, upkeep.forget_keys, keys_before),
        "visitors": sum([await _forget(db, upkeep.forget_visitors, day) for day in days]),
        "salts": salts,
        "daily": await _forget(db, upkeep.forget_daily, daily_before),
    }


async def _forget(db: Database, deletion: Command[[Bound, int]], bound: Bound) -> int:
    """Run a deletion until nothing is left of it; how many rows."""
    total = 0
    while True:
        async with db.write(timeout=60) as tx:
            gone = await deletion.run(tx, bound, _AT_ONCE)
        total += gone
        if gone < _AT_ONCE:
            return total


def keep_months(settings: AnalyticsSettings) -> Mapping[str, int]:
    """Return the retention of the events."""
    return {"core.analytics_events": settings.keep_months}


WORKER = WorkerPart(
    handlers=(
        On(RollUpEvents, roll_up_events, schedule=minutely(due=Due(anything_to_count))),
        On(ForgetEvents, forget_events, schedule=hourly(minute=50)),
    ),
    keep_months=keep_months,
)
