"""Ids that grow with time, and time that a test can set."""

import time
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from guildhall.clock import Clock, SetClock
from guildhall.ids import uuid7


def test_an_id_is_a_version_7_uuid_of_its_millisecond():
    before = time.time_ns() // 1_000_000
    made = uuid7()
    after = time.time_ns() // 1_000_000

    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert before <= made.int >> 80 <= after


def test_ids_differ_within_a_millisecond():
    made = [uuid7() for _ in range(2000)]

    assert len(set(made)) == 2000


def test_ids_of_later_milliseconds_sort_later():
    first = uuid7()
    while time.time_ns() // 1_000_000 == first.int >> 80:
        pass
    second = uuid7()

    assert first < second
    assert str(first) < str(second)
    assert first.bytes < second.bytes


def test_the_clock_says_aware_utc():
    clock = Clock()

    earlier, now, later = time.time(), clock.now(), time.time()

    assert now.tzinfo is UTC
    assert earlier - 0.001 <= now.timestamp() <= later + 0.001
    assert earlier <= clock.timestamp()


def test_a_set_clock_stands_still_until_it_is_moved():
    clock = SetClock(datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC))

    assert clock.now() == clock.now() == datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC)
    clock.advance(timedelta(seconds=1))
    assert clock.now() == datetime(2024, 3, 1, tzinfo=UTC)


@given(st.datetimes(datetime(1971, 1, 1), datetime(9000, 1, 1)), st.timedeltas(timedelta(0), timedelta(days=999)))
def test_both_forms_of_a_set_clock_agree(start, step):
    clock = SetClock(start.replace(tzinfo=UTC))
    clock.advance(step)

    assert abs(clock.now().timestamp() - clock.timestamp()) < 1e-3
    assert clock.now() - start.replace(tzinfo=UTC) == step
