"""The lifetime of ESI's answers, by their own headers; and the daily downtime.

All spans are taken between times of ESI's own clock, so that an error of minutes in our clock changes nothing.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_MONTHS = {name: number for number, name in enumerate(
    ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1)}  # fmt: skip
_MAX_AGE = re.compile(r"max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE)
_FLOOR = 1.0
_LONGEST = 7 * 86400.0
"""Seconds; a date further off than that is taken for a mistake of a clock."""


def instant(text: str | None) -> datetime | None:
    """Return a date of HTTP; None for an invalid one.

    The usual form is read without the general parser, which is slow.
    """
    if text is None:
        return None
    try:
        if len(text) == 29 and text.endswith("GMT"):
            return datetime(
                int(text[12:16]), _MONTHS[text[8:11]], int(text[5:7]),
                int(text[17:19]), int(text[20:22]), int(text[23:25]), tzinfo=UTC,
            )  # fmt: skip
        said = parsedate_to_datetime(text)
    except (ValueError, TypeError, KeyError):
        return None
    return said.replace(tzinfo=said.tzinfo or UTC)


def lifetime(headers: Mapping[str, str]) -> float:
    """Seconds that an answer holds: max-age less its age, else Expires less Date, and a second at least.

    ESI rounds to whole seconds: one more keeps us from asking in the last fraction.
    """
    control = headers.get("Cache-Control")
    if control is not None and (found := _MAX_AGE.search(control)) is not None:
        age = headers.get("Age", "0")
        return max(_FLOOR, float(found[1]) - (float(age) if age.isdigit() else 0.0)) + _FLOOR
    expires, date = instant(headers.get("Expires")), instant(headers.get("Date"))
    if expires is None or date is None:
        return _FLOOR
    return min(max(_FLOOR, (expires - date).total_seconds()), _LONGEST) + _FLOOR


def as_of(headers: Mapping[str, str], now: datetime) -> datetime:
    """Return the content's timestamp on our clock.

    Routes that send max-age report each change, so their timestamp is now. The others are generated anew when their
    cache has run out, and Last-Modified says when that was.
    """
    if _MAX_AGE.search(headers.get("Cache-Control", "")) is not None:
        return now
    made, date = instant(headers.get("Last-Modified")), instant(headers.get("Date"))
    if made is None or date is None:
        return now
    return now - min(max(date - made, timedelta(0)), timedelta(seconds=_LONGEST))


def downtime_left(now: datetime, minutes: float) -> float:
    """Seconds until the daily downtime, which begins at 11:00 UTC, is over; 0 outside of it."""
    began = now.astimezone(UTC).replace(hour=11, minute=0, second=0, microsecond=0)
    passed = (now - began).total_seconds()
    return max(0.0, minutes * 60 - passed) if passed >= 0 else 0.0
