"""The time at which a tracked player's data is fetched again."""

from datetime import datetime, timedelta

# The intervals are a choice, not OpenDota's: they follow how soon a stored profile is likely to be wrong. A
# sync costs four calls, so a player active daily takes 48 calls of a day and an idle one less than one; the
# free key-less limit is 3,000.
ACTIVE_WITHIN_DAY = timedelta(hours=2)
ACTIVE_WITHIN_WEEK = timedelta(hours=6)
ACTIVE_WITHIN_MONTH = timedelta(hours=24)
IDLE = timedelta(days=7)

# A private profile answers with empty lists and tells no last match; its owner may open it any day.
PRIVATE = timedelta(hours=24)

_DAY, _WEEK, _MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=30)


def next_sync_at(
    last_match_at: datetime | None, last_sync: datetime, now: datetime, *, private: bool = False
) -> datetime:
    """Return when the player is due; a time not after `now` means due already, the earliest being most so.

    Counted from `last_sync`, the last one that succeeded: 2 hours for players who played within a day, 6 hours within a
    week, 24 hours within 30 days, 7 days for everyone else, including players without a known match; 24 hours for a
    private profile.
    """
    return last_sync + (PRIVATE if private else _interval(last_match_at, now))


def _interval(last_match_at: datetime | None, now: datetime) -> timedelta:
    if last_match_at is None:
        return IDLE
    since = now - last_match_at
    if since <= _DAY:
        return ACTIVE_WITHIN_DAY
    if since <= _WEEK:
        return ACTIVE_WITHIN_WEEK
    if since <= _MONTH:
        return ACTIVE_WITHIN_MONTH
    return IDLE
