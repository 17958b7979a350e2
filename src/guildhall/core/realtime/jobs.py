"""Clean-up jobs of live events."""

from datetime import datetime, timedelta

from guildhall.core.jobs.bindings import Due
from guildhall.core.realtime.messages import ForgetLiveEvents
from guildhall.core.realtime.queries import events_to_forget, forget_gone_subjects, forget_live_events
from guildhall.core.realtime.settings import RealtimeSettings
from guildhall.db.pool import Database

_BATCH = 5_000
_HEARD = timedelta(minutes=1)
"""The time in which every process hears of an account's deletion; a slower one checks all permissions again."""


async def forget_events(_: ForgetLiveEvents, db: Database, settings: RealtimeSettings) -> int:
    """Delete events past their time, some at once, and those about accounts that are gone; how many."""
    async with db.write() as tx:
        total = await forget_gone_subjects.run(tx, tx.now - _HEARD)
    while True:
        async with db.write(timeout=60) as tx:
            before = tx.now - timedelta(hours=settings.keep_hours)
            gone = await forget_live_events.run(tx, before, _BATCH)
        total += gone
        if gone < _BATCH:
            return total


def _past(now: datetime, settings: RealtimeSettings) -> tuple[object, ...]:
    return now - timedelta(hours=settings.keep_hours), now - _HEARD


EVENTS_TO_FORGET = Due(events_to_forget, _past)
