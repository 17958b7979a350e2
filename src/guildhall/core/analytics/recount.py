"""Counting days again from their events."""

from collections.abc import Callable
from datetime import date, timedelta

from guildhall.core.analytics.errors import DayNotBegun, DayNotKept
from guildhall.core.analytics.queries import recount as queries
from guildhall.core.analytics.schemas import DayRecounted
from guildhall.core.analytics.settings import LATE_HOURS, AnalyticsSettings
from guildhall.core.realtime.ticks import first_id
from guildhall.db.pool import Database, Transaction

_SECONDS = 3600.0
"""The time that the recount of one day may take."""
OPEN_DAYS = LATE_HOURS // 24 + 2
"""Days that may still get events, by any setting, with one for clocks that differ."""

Progress = Callable[[DayRecounted, int], None]
"""Hears of each day that was counted again, and how many days are left."""


async def recount_day(db: Database, settings: AnalyticsSettings, day: date) -> DayRecounted:
    """Count the events of one day again and correct its roll-ups, as one transaction. Raises DayNotKept, DayNotBegun.

    While a day that may still get events is counted, nothing else is.
    """
    async with db.write(timeout=_SECONDS) as tx:
        if day < await queries.first_kept_month.one(tx):
            raise DayNotKept(day=day.isoformat())
        if day > await queries.today.one(tx):
            raise DayNotBegun(day=day.isoformat())
        before = first_id(await queries.checkpoint.one(tx) + 1)
        if await _is_closed(tx, day) and not await queries.events_of_day_since.one(tx, day, before):
            events, corrected = await queries.recount_day.one(tx, day, before, settings.values_most)
            return DayRecounted(day, events, corrected)
        before = first_id(await queries.held_checkpoint.one(tx) + 1)
        events, corrected = await queries.recount_day.one(tx, day, before, settings.values_most)
        await queries.drop_visitors.run(tx, day)
        await queries.make_visitors.run(tx, day, before)
        return DayRecounted(day, events, corrected)


async def _is_closed(tx: Transaction, day: date) -> bool:
    """Return whether a day gets no more events, by the database's clock."""
    return day < await queries.today.one(tx) - timedelta(days=OPEN_DAYS)


async def recount_all(db: Database, settings: AnalyticsSettings, progress: Progress) -> int:
    """Count all days again whose events are kept, one after the other; return how many roll-ups were wrong.

    A recount that was stopped goes on with the day at which it was.
    """
    async with db.write() as tx:
        first_kept = await queries.first_kept_month.one(tx)
        days = await queries.counted_days.one_or_none(tx, first_kept)
        if days is not None:
            await queries.begin_recount.run(tx, *days)
        plan = await queries.recount_plan.one_or_none(tx)
    if plan is None:
        return 0
    day, corrected = max(plan.next_day, first_kept), 0
    while day <= plan.last_day:
        done = await recount_day(db, settings, day)
        corrected += done.corrected
        day += timedelta(days=1)
        async with db.write() as tx:
            await queries.move_recount.run(tx, day)
        progress(done, (plan.last_day - day).days + 1)
    async with db.write() as tx:
        await queries.end_recount.run(tx)
    return corrected
