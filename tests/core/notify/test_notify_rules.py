"""Calculations of notifications: consolidation, quiet hours, waits."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.notify.ids import NotificationId
from guildhall.core.notify.kinds import NoticeKinds
from guildhall.core.notify.rules.consolidation import LONGEST_BODY, Waiting, consolidated, is_late, time_left
from guildhall.core.notify.rules.quiet_hours import local_time, quiet_until, zone
from guildhall.core.notify.rules.retries import backoff, retry_after
from guildhall.errors import Misconfigured
from guildhall.ids import UserId, uuid7
from tests.core.notify.make import KINDS, ORDER, SKILL

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def waiting(title="t", body="", type_=SKILL.type, data=None, happened_at=NOW, held_until=None, character_id=None):
    return Waiting(
        NotificationId(uuid7()), UserId(uuid7()), character_id, type_, title, body, data, happened_at, held_until
    )


ANY_TELLING = st.tuples(st.sampled_from(["skill_complete", "unknown"]), st.text(max_size=300))


@given(st.lists(ANY_TELLING, min_size=1, max_size=40), st.integers(1, 10))
def test_whatever_is_told_fits_and_counts_all(told, lines):
    notices = [waiting(f"t{text}", text * 5, type_) for type_, text in told]
    text = consolidated(notices, KINDS, lines)
    assert len(text.body) <= LONGEST_BODY
    assert text.data["count"] == str(len(told))
    assert all(isinstance(value, str) for value in text.data.values())
    assert consolidated(notices, KINDS, lines) == text  # what is sent again says the same


def test_more_lines_than_are_told_are_a_number():
    later = [waiting(f"a{number}", happened_at=NOW + timedelta(seconds=number)) for number in range(5)]
    told = consolidated(later[::-1], KINDS, 2)
    assert (told.title, told.body) == ("5 skills finished", "a0\na1\nand 3 more")
    assert len(consolidated(later[:2], KINDS, 2).body.splitlines()) == 2


def test_data_that_are_too_long_stay_at_home_and_ours_are_never_overwritten():
    long = consolidated([waiting(data={"x": "y" * 5000})], KINDS, 5)
    assert set(long.data) == {"count", "types", "notification_id"}
    ours = consolidated([waiting(data={"count": "99", "x": {"y": None}})], KINDS, 5)
    assert (ours.data["count"], ours.data["x"]) == ("1", '{"y":null}')


def test_lateness_begins_at_the_end_of_quiet_hours():
    old = NOW - timedelta(hours=2)
    now = NOW.timestamp()
    assert is_late(waiting(happened_at=old), ORDER, now)
    assert not is_late(waiting(happened_at=old), SKILL, now)
    assert not is_late(waiting(happened_at=old, held_until=NOW), ORDER, now)
    held = [waiting(type_=ORDER.type, happened_at=old, held_until=NOW), waiting(type_=ORDER.type, happened_at=old)]
    assert time_left(held, KINDS, now) == 3600
    assert time_left(held[1:], KINDS, now) == 1


@pytest.mark.parametrize(
    ("local", "until"),
    [
        ("2026-11-21T22:00", "2026-11-22T07:00"),
        ("2026-11-21T23:59", "2026-11-22T07:00"),
        ("2026-11-22T00:00", "2026-11-22T07:00"),
        ("2026-11-22T06:59", "2026-11-22T07:00"),
        ("2026-11-22T07:00", None),
        ("2026-11-21T21:59", None),
    ],
)
def test_quiet_hours_over_midnight(local, until):
    vienna = zone("Europe/Vienna")
    end = quiet_until(datetime.fromisoformat(local).replace(tzinfo=vienna), "Europe/Vienna", "22:00", "07:00")
    assert end == (None if until is None else datetime.fromisoformat(until).replace(tzinfo=vienna))


def test_quiet_hours_within_a_day_are_local():
    auckland = "Pacific/Auckland"  # UTC+13 in November
    assert quiet_until(datetime(2026, 11, 21, 1, tzinfo=UTC), auckland, "13:00", "15:00") == datetime(
        2026, 11, 21, 2, tzinfo=UTC
    )
    assert quiet_until(datetime(2026, 11, 21, 13, 30, tzinfo=UTC), auckland, "13:00", "15:00") is None


def test_quiet_hours_when_the_clocks_change():
    # 2026-03-29 02:00 → 03:00 in Vienna: the night has an hour less; 2026-10-25 03:00 → 02:00: an hour more.
    spring = quiet_until(datetime(2026, 3, 28, 22, tzinfo=UTC), "Europe/Vienna", "23:00", "07:00")
    autumn = quiet_until(datetime(2026, 10, 24, 22, tzinfo=UTC), "Europe/Vienna", "23:00", "07:00")
    assert spring == datetime(2026, 3, 29, 5, tzinfo=UTC)
    assert autumn == datetime(2026, 10, 25, 6, tzinfo=UTC)


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),
    st.sampled_from(["UTC", "Europe/Vienna", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu"]),
    st.times(), st.times(),
)  # fmt: skip
def test_quiet_hours_always_end_within_a_day(now, time_zone, starts, ends):
    until = quiet_until(now, time_zone, f"{starts:%H:%M}", f"{ends:%H:%M}")
    assert until is None or now < until <= now + timedelta(hours=26)


def test_zones_and_times_that_are_none():
    for name in ("", "Mars/Base", "../../etc/passwd", "/etc/localtime", "Europe", "x\x00y"):
        with pytest.raises(ValueError, match="time zone"):
            zone(name)
    for text in ("", "7:00", "24:00", "12:60", "12", "12:00:00", "١٢:٠٠"):
        with pytest.raises(ValueError, match=r"\w"):
            local_time(text)


def test_waits_double_and_end():
    waits = [backoff(attempt, 10, 100, 1.0) for attempt in (1, 2, 3, 4, 5, 1000)]
    assert waits == [10, 20, 40, 80, 100, 100]
    assert backoff(1, 10, 100, 0.0) == 5


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("30", 30.0), ("0.5", 0.5), ("-1", 0.0), ("1e9", 86400.0), ("nan", None), ("soon", None), (None, None),
        ("Sat, 21 Nov 2026 12:00:30 GMT", 30.0), ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
    ],
)  # fmt: skip
def test_retry_after(value, seconds):
    assert retry_after(value, NOW) == seconds


def test_two_kinds_of_one_type_are_refused():
    with pytest.raises(Misconfigured, match="skill_complete"):
        NoticeKinds((SKILL, ORDER, SKILL))
