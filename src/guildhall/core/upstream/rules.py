"""The arithmetic of a budget with fixed windows: UTC minutes and UTC days."""

from datetime import UTC, datetime, timedelta

from guildhall.core.upstream.schemas import BudgetRow, Limits

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def minute_of(now: datetime) -> datetime:
    """The start of the UTC minute."""
    return now.astimezone(UTC).replace(second=0, microsecond=0)


def day_of(now: datetime) -> datetime:
    """The start of the UTC day."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def caps(limits: Limits, reserve: float, interactive: bool, now: datetime) -> Limits:
    """How many calls of the present windows this kind of work may have used at most.

    People who wait may use everything. Background work leaves them the share `reserve`, and spreads its
    part of the day evenly: what of the day has passed, plus an hour's worth, so that a busy morning
    never leaves the evening without fresh data.
    """
    if interactive:
        return limits
    minute = None if limits.minute is None else int(limits.minute * (1 - reserve))
    if limits.day is None:
        return Limits(minute, None)
    passed = (now - day_of(now)) / DAY
    share = min(1.0, passed + 1 / 24)
    return Limits(minute, int(limits.day * (1 - reserve) * share))


def retry_at(
    row: BudgetRow, allowed: Limits, limits: Limits, reserve: float, interactive: bool, now: datetime
) -> datetime:
    """When a call that was refused may be tried again: the earliest instant at which a window has room."""
    soonest = now
    if row.blocked_until is not None and row.blocked_until > now:
        soonest = row.blocked_until
    if allowed.minute is not None and row.minute_start >= minute_of(now) and row.minute_used >= allowed.minute:
        soonest = max(soonest, minute_of(now) + MINUTE)
    if allowed.day is not None and row.day_start >= day_of(now) and row.day_used >= allowed.day:
        tomorrow = day_of(now) + DAY
        day = limits.day or 0
        if interactive or not day or row.day_used >= int(day * (1 - reserve)):
            soonest = max(soonest, tomorrow)
        else:  # the day's even pace has room again when enough of the day has passed
            needed = (row.day_used + 1) / (day * (1 - reserve)) - 1 / 24
            soonest = max(soonest, min(day_of(now) + DAY * needed, tomorrow))
    return max(soonest, now + timedelta(seconds=1))


def used_by_header(limit: int | None, remaining: int) -> int | None:
    """What a `remaining` header says is used; it goes below zero when calls are rejected."""
    return None if limit is None else max(0, limit - remaining)
