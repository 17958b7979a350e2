"""Quiet hours: local times that end, daylight saving included."""

from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """A time zone by its IANA name. Raises ValueError for one that is not known."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError) as error:  # also: a folder, a path that leads elsewhere
        raise ValueError(f"'{name[:64]}' is no IANA time zone") from error


def local_time(text: str) -> time:
    """A time as HH:MM. Raises ValueError."""
    hours, colon, minutes = text.partition(":")
    if not (colon and len(hours) == len(minutes) == 2 and (hours + minutes).isascii() and (hours + minutes).isdigit()):
        raise ValueError(f"'{text[:10]}' is no time as HH:MM")
    return time(int(hours), int(minutes))


def quiet_until(now: datetime, time_zone: str, starts_at: str, ends_at: str) -> datetime | None:
    """The end of the quiet hours that `now` lies in, aware UTC; None when it lies in none."""
    local = now.astimezone(zone(time_zone))
    starts, ends, at = local_time(starts_at), local_time(ends_at), local.time().replace(tzinfo=None)
    over_midnight = starts > ends
    inside = (at >= starts or at < ends) if over_midnight else starts <= at < ends
    if not inside:
        return None
    day = local.date() + timedelta(days=1) if over_midnight and at >= starts else local.date()
    end = datetime.combine(day, ends, local.tzinfo).astimezone(UTC)
    # An end that the clocks skip or repeat may lie behind us: then the next minute is as good.
    return end if end > now else now + timedelta(minutes=1)
