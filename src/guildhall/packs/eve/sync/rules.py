"""The time at which a section is synced again."""

from datetime import datetime, timedelta
from typing import Any

from guildhall.core.fresh.rules import backoff, spread
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.tokens.rules import jitter

SOON = timedelta(seconds=30)
"""The time within which sections that are due soon are synced along with those that are due now."""
FIRST_FAILURE, LONGEST_FAILURE = timedelta(minutes=1), timedelta(hours=1)
UNSEEN = timedelta(minutes=5)
"""The time between two checks whether a pilot's place is wanted again."""


def retry_in(failures: int, character: CharacterId) -> float:
    """Seconds before a section that failed is asked again: a minute, doubled up to an hour, at the pilot's moment."""
    return spread(backoff(failures + 1, FIRST_FAILURE, LONGEST_FAILURE), 0.25, jitter(character)).total_seconds()


def due_at(now: datetime, expires_at: datetime | None, floor: float, factor: float) -> datetime:
    """Return when a section that was just synced is due again: at its cadence, never before ESI's answer expires."""
    at = now + timedelta(seconds=floor * factor)
    return at if expires_at is None or at > expires_at else expires_at


def factor(settings: Any, tier: str, last_used_at: datetime | None, now: datetime) -> float:
    """Return the factor on a section's shortest interval: larger for users who have been away, and for free users."""
    idle = last_used_at is None or now - last_used_at > timedelta(days=settings.idle_days)
    return float((settings.idle_factor if idle else 1.0) * (settings.free_factor if tier == "free" else 1.0))


def watched(settings: Any, last_used_at: datetime | None, now: datetime) -> bool:
    """Return whether the user was here just now, and may want to see where the pilot is."""
    return last_used_at is not None and now - last_used_at < timedelta(minutes=settings.active_minutes)
