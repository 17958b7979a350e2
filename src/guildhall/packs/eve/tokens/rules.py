"""The time at which a token is refreshed."""

from datetime import datetime, timedelta

from guildhall.core.fresh.rules import backoff, spread
from guildhall.packs.eve.ids import CharacterId

EARLIEST, LATEST = 0.5, 0.9
"""Shares of a token's life between which it is refreshed."""
LIFETIME = timedelta(minutes=20)
"""The lifetime of EVE's access tokens."""
FIRST_FAILURE, LONGEST_FAILURE = timedelta(seconds=15), timedelta(minutes=10)


def jitter(character: CharacterId) -> float:
    """The jitter of a character, between 0 and 1 and the same each time: the id's random part."""
    return (character.int & 0xFFFFFFFF) / 0x100000000


def refresh_at(character: CharacterId, now: datetime, expires_at: datetime) -> datetime:
    """Return when to refresh a token ahead of its end.

    Each character has a moment of its own in the token's life, so that tokens of the same age drift apart, and the
    single sign-on sees a trickle.
    """
    return now + (expires_at - now) * (EARLIEST + (LATEST - EARLIEST) * jitter(character))


def retry_in(failures: int, character: CharacterId) -> float:
    """Seconds before a refresh that failed is tried again: 15, doubled up to 10 minutes, each at its own moment."""
    return spread(backoff(failures + 1, FIRST_FAILURE, LONGEST_FAILURE), 0.25, jitter(character)).total_seconds()
