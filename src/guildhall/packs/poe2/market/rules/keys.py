"""Keys under which the prices of a league's category are kept fresh."""

from datetime import datetime, timedelta

from guildhall.packs.poe2.market.rules.readings import HOUR, hour_of

_SETTLED, _SPREAD = timedelta(minutes=10), timedelta(minutes=10)
"""poe2scout has the prices of an hour some five to ten minutes after it begins; then we come, not all at once."""


def key_of(category: str, league: str) -> str:
    """Return the key of a category in a league. A category's id has no colon."""
    return f"{category}:{league}"


def parts_of(key: str) -> tuple[str, str]:
    """Return the category and the league of a key."""
    category, _, league = key.partition(":")
    return category, league


def next_look(now: datetime, luck: float) -> datetime:
    """Return when prices by the hour are fetched again: when those of the next hour are there. `luck` is 0 to 1."""
    return hour_of(now) + HOUR + _SETTLED + luck * _SPREAD
