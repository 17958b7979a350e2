"""Weeks of boards: they begin on Mondays at midnight UTC."""

from datetime import UTC, date, datetime, time, timedelta

WEEK = timedelta(weeks=1)


def week_of(now: datetime) -> str:
    """Return the name of an instant's week, as ISO 8601 writes it: `2026-W28`."""
    year, week, _ = now.astimezone(UTC).isocalendar()
    return f"{year:04d}-W{week:02d}"


def end_of_week(now: datetime) -> datetime:
    """Return the end of an instant's week, which is no part of it."""
    day = now.astimezone(UTC).date()
    monday: date = day - timedelta(days=day.weekday())
    return datetime.combine(monday, time(), UTC) + WEEK
