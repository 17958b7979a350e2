"""Reads of what was counted, for slices, and of a person's own events."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from enum import Enum
from typing import Any

import asyncpg

from guildhall.core.analytics.declaration import EventType
from guildhall.core.analytics.errors import BadTimeZone
from guildhall.core.analytics.queries import daily as queries
from guildhall.core.analytics.schemas import Activity, DailyCount, DailyRow, DayCount, ValueCount
from guildhall.core.realtime.ticks import first_id, tick_at
from guildhall.db.pool import Transaction
from guildhall.ids import UserId

MOST_VALUES = 1000


async def daily_counts(
    tx: Transaction, event: EventType[Any], since: date, until: date, values: Mapping[str, object] | None = None
) -> list[DayCount]:
    """Return the events of a type by day, from one day to another; days without any are left out.

    With `values`, the fields of a declared roll-up, only those that have them. Raises ValueError for another roll-up.
    """
    given = values or {}
    by = next((fields for fields in event.dimensions if set(fields) == given.keys()), tuple(given))
    texts = [_text(given[field]) for field in by]
    return await queries.days_of.many(tx, event.name, event.rollup(by), texts, since, until)


async def top_values(
    tx: Transaction, event: EventType[Any], by: Sequence[str], since: date, until: date, limit: int = 20
) -> list[ValueCount]:
    """Return the most frequent values of a declared roll-up from one day to another, with their events.

    Raises ValueError for another roll-up, and for a limit beyond 1,000.
    """
    if not 1 <= limit <= MOST_VALUES:
        raise ValueError(f"top_values: {limit} is not from 1 to {MOST_VALUES}")
    return await queries.values_of.many(tx, event.name, event.rollup(by), since, until, limit)


def _text(value: object) -> str | None:
    """Return a value as it is counted."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def count_of(row: DailyRow) -> DailyCount:
    """Return a row with its values by their fields."""
    fields = row.rollup.split(",") if row.rollup else []
    others = bool(fields) and not row.vals
    values = {} if others else dict(zip(fields, row.vals, strict=True))
    return DailyCount(row.day, row.event_type, values, others, row.events, row.visitors)


async def activity_of(tx: Transaction, user_id: UserId, days: int, time_zone: str) -> Activity:
    """Return the events of a person in the last days by hour of the week. Raises BadTimeZone."""
    since = tx.now - timedelta(days=days)
    first = first_id(tick_at(round(since.timestamp() * 1_000_000)))
    try:
        hours = await queries.active_hours.many(tx, user_id, first, since, time_zone)
    except asyncpg.InvalidParameterValueError as error:
        raise BadTimeZone from error
    return Activity(since, time_zone, sum(one.events for one in hours), hours)
