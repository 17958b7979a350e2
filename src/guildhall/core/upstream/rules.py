"""The arithmetic of a budget with fixed windows: UTC minutes and UTC days."""

import math
from datetime import UTC, datetime, timedelta

from msgspec import structs

from guildhall.core.upstream.schemas import BudgetRow, Limits

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
AHEAD = timedelta(hours=1)
"""Time by which a window may lie ahead, of a clock that is fast; more than that is of one that is wrong."""
HEAD_START = 1 / 24
"""Share of a day that background work may use ahead of the day's even pace."""


def minute_of(now: datetime) -> datetime:
    """The start of the UTC minute."""
    return now.astimezone(UTC).replace(second=0, microsecond=0)


def day_of(now: datetime) -> datetime:
    """The start of the UTC day."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def caps(limits: Limits, reserve: float, interactive: bool, now: datetime) -> Limits:
    """Return the limits of calls in the present windows for one kind of work.

    People who wait may use everything. Background work leaves them the share `reserve`, and spreads its part of the day
    evenly: the share of the day that has passed, plus an hour's worth, so that a busy morning never leaves the evening
    without fresh data. However small a limit is, one call of it is background work's too.
    """
    if interactive:
        return limits
    minute = None if limits.minute is None else _background(limits.minute, reserve)
    if limits.day is None:
        return Limits(minute, None)
    share = min(1.0, (now - day_of(now)) / DAY + HEAD_START)
    whole = _background(limits.day, reserve)
    return Limits(minute, min(whole, max(1, int(whole * share + 1e-9))))


def _background(limit: int, reserve: float) -> int:
    """Return background work's part of a limit."""
    return max(min(1, limit), int(limit * (1 - reserve)))


def in_force(row: BudgetRow | None, now: datetime) -> BudgetRow | None:
    """Return a row without what lies so far ahead that it came of a clock that was wrong."""
    if row is None:
        return None
    early = datetime.min.replace(tzinfo=UTC)
    blocked = row.blocked_until
    return structs.replace(
        row,
        minute_start=row.minute_start if row.minute_start <= now + AHEAD else early,
        day_start=row.day_start if row.day_start <= now + AHEAD else early,
        blocked_until=blocked if blocked is None or blocked <= now + AHEAD + DAY else None,
    )


def room(row: BudgetRow | None, allowed: Limits, now: datetime) -> int | None:
    """Return how many calls the caps of a kind of work leave in the present windows; None where there is no limit.

    `row` is None when nothing is used yet.
    """
    row = in_force(row, now)
    if row is not None and row.blocked_until is not None and row.blocked_until > now:
        return 0
    left = []
    if allowed.minute is not None:
        left.append(allowed.minute - (row.minute_used if row is not None and row.minute_start >= minute_of(now) else 0))
    if allowed.day is not None:
        left.append(allowed.day - (row.day_used if row is not None and row.day_start >= day_of(now) else 0))
    return max(0, min(left)) if left else None


def retry_at(row: BudgetRow | None, limits: Limits, reserve: float, interactive: bool, now: datetime) -> datetime:
    """Return when a call that was refused may be tried again: the earliest instant at which there is room.

    `row` is None when nothing is used yet. A limit of 0 never has room: an hour is as good as any time.
    """
    row = in_force(row, now)
    if limits.minute == 0 or limits.day == 0 or row is None:
        return now + timedelta(hours=1)
    allowed = caps(limits, reserve, interactive, now)
    soonest = now + timedelta(seconds=1)
    if row.blocked_until is not None:
        soonest = max(soonest, row.blocked_until)
    if allowed.minute is not None and row.minute_start >= minute_of(now) and row.minute_used >= allowed.minute:
        soonest = max(soonest, max(row.minute_start, minute_of(now)) + MINUTE)
    if allowed.day is not None and row.day_start >= day_of(now) and row.day_used >= allowed.day:
        today = max(row.day_start, day_of(now))
        whole = _background(limits.day or 0, reserve)
        if interactive or row.day_used >= whole:
            soonest = max(soonest, today + DAY)
        else:  # the even pace gets there when enough of the day has passed
            passed = max(0.0, (row.day_used + 1) / whole - HEAD_START)
            soonest = max(soonest, today + timedelta(seconds=math.ceil(passed * DAY.total_seconds()) + 1))
    return soonest


def used_by_header(limit: int | None, remaining: int | None) -> int | None:
    """Return the used calls by a `remaining` header, which goes below zero when calls are rejected."""
    return None if limit is None or remaining is None else max(0, limit - remaining)
