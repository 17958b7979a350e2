"""When tracked players are due."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.dota2.tracking.rules import next_sync_at

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SYNCED = NOW - timedelta(minutes=1)

ages = st.timedeltas(timedelta(0), timedelta(days=5000))


@pytest.mark.parametrize(
    ("played_ago", "interval"),
    [
        (timedelta(minutes=-5), timedelta(hours=2)),  # a clock a little behind the game's
        (timedelta(0), timedelta(hours=2)),
        (timedelta(days=1), timedelta(hours=2)),
        (timedelta(days=1, seconds=1), timedelta(hours=6)),
        (timedelta(days=7), timedelta(hours=6)),
        (timedelta(days=7, seconds=1), timedelta(hours=24)),
        (timedelta(days=30), timedelta(hours=24)),
        (timedelta(days=30, seconds=1), timedelta(days=7)),
        (timedelta(days=3000), timedelta(days=7)),
    ],
)
def test_interval_follows_the_last_match(played_ago: timedelta, interval: timedelta) -> None:
    assert next_sync_at(NOW - played_ago, SYNCED, NOW) == SYNCED + interval


def test_a_player_without_matches_is_idle() -> None:
    assert next_sync_at(None, SYNCED, NOW) == SYNCED + timedelta(days=7)


@given(st.none() | ages)
def test_a_private_profile_waits_a_day(played_ago: timedelta | None) -> None:
    last_match = None if played_ago is None else NOW - played_ago

    assert next_sync_at(last_match, SYNCED, NOW, private=True) == SYNCED + timedelta(hours=24)


@given(ages, ages, ages)
def test_a_longer_pause_never_hastens_the_sync(played: timedelta, more: timedelta, synced: timedelta) -> None:
    last_sync = NOW - synced

    sooner = next_sync_at(NOW - played, last_sync, NOW)
    later = next_sync_at(NOW - played - more, last_sync, NOW)

    assert last_sync + timedelta(hours=2) <= sooner <= later <= last_sync + timedelta(days=7)
