"""Weeks of a league: counted from its start where that is known, else those of the ISO."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

Counted = Literal["league", "iso"]

WHOLE = 0
"""The league as it is, and no week of it."""
FIRST = datetime(2000, 1, 1, tzinfo=UTC)
LAST = datetime(9000, 1, 1, tzinfo=UTC)
"""Bounds that nothing lies beyond."""
_WEEK = timedelta(days=7)
_ISO = 100_000
"""Numbers from here on are a year and a week of the ISO, as 202648."""


def week_of(at: datetime, starts_at: datetime | None) -> int:
    """Return the week of an instant: from 1 on, or a year and a week as 202648. What lies before the start is in 1."""
    if starts_at is not None:
        return max(1, (at - starts_at) // _WEEK + 1)
    year, week, _ = at.astimezone(UTC).isocalendar()
    return year * 100 + week


def counted_from(week: int) -> Counted:
    """Return what a week's number counts from."""
    return "iso" if week >= _ISO else "league"


def begins_at(week: int, starts_at: datetime | None) -> datetime | None:
    """Return when a week begins; None for one of the other way of counting, which a league no longer has."""
    if (starts_at is None) != (week >= _ISO):
        return None
    if starts_at is not None:
        return starts_at + (week - 1) * _WEEK
    return datetime.combine(date.fromisocalendar(week // 100, week % 100, 1), time(), UTC)


def bounds(week: int, starts_at: datetime | None) -> tuple[datetime, datetime]:
    """Return the first instant of a week and the first one behind it. Raises ValueError for one that there is not."""
    if week == WHOLE:
        return FIRST, LAST
    begin = begins_at(week, starts_at)
    if begin is None:
        raise ValueError(f"{week} is no week of a league that starts at {starts_at}")
    return (FIRST if week == 1 else begin), begin + _WEEK


def kept_since(now: datetime, months: int) -> datetime:
    """Return the first instant of the month so many full months ago."""
    place = now.year * 12 + now.month - 1 - months
    return datetime(place // 12, place % 12 + 1, 1, tzinfo=UTC) if place >= 12 else FIRST
