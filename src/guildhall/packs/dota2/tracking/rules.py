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

FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=24)

_DAY, _WEEK, _MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=30)


def next_sync_at(
    last_match_at: datetime | None,
    last_sync: datetime | None,
    now: datetime,
    *,
    private: bool = False,
    failures: int = 0,
) -> datetime:
    """Return when the player is due; a time not after `now` means due already, the earliest being most so.

    Counted from `last_sync`, the last one that succeeded: 2 hours for players who played within a day, 6 hours within a
    week, 24 hours within 30 days, 7 days for everyone else, including players without a known match; 24 hours for a
    private profile. A player never synced is due at `now`.

    After `failures` failed attempts in a row the answer is counted from `now`, the time of the last of them: 5 minutes,
    doubled for each further failure, at most 24 hours.

    Raises ValueError for a negative number of failures.
    """
    if failures < 0:
        raise ValueError("failures cannot be negative")
    if failures:
        return now + _backoff(failures)
    if last_sync is None:
        return now
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


def _backoff(failures: int) -> timedelta:
    # The bit length of the ratio bounds the exponent, so that a long outage cannot overflow a timedelta.
    doublings = min(failures - 1, (LONGEST_RETRY // FIRST_RETRY).bit_length())
    return min(FIRST_RETRY * (1 << doublings), LONGEST_RETRY)
