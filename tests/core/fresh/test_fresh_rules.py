"""When keys are due again, and which declarations are refused."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.fresh import rules
from guildhall.core.fresh.declaration import Fresh
from tests.core.fresh import make

waits = st.timedeltas(timedelta(milliseconds=1), timedelta(days=400))


@given(st.integers(1, 10**9), waits, waits)
def test_a_wait_lies_between_the_first_and_the_longest_and_never_shrinks(failures, one, two):
    first, longest = sorted((one, two))

    wait, next_wait = (rules.backoff(n, first, longest) for n in (failures, failures + 1))

    assert first <= wait <= next_wait <= longest
    assert next_wait in (longest, 2 * wait)


@pytest.mark.parametrize(
    ("failures", "wait"),
    [
        (1, timedelta(minutes=5)),
        (2, timedelta(minutes=10)),
        (3, timedelta(minutes=20)),
        (9, timedelta(minutes=1280)),
        (10, timedelta(hours=24)),
        (10**9, timedelta(hours=24)),
    ],
)
def test_a_wait_doubles_from_five_minutes_to_a_day_where_nothing_else_is_said(failures, wait):
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

    assert make.declared().retry_due(now, failures) == now + wait


@pytest.mark.parametrize("failures", [0, -1])
def test_without_a_failure_there_is_no_wait(failures):
    with pytest.raises(ValueError, match="at least one"):
        rules.backoff(failures, make.HOUR, make.HOUR)


@given(waits, st.floats(0, 0.99), st.floats(0, 1))
def test_jitter_moves_an_interval_by_no_more_than_its_share(every, jitter, chance):
    near = timedelta(microseconds=2)

    assert every * (1 - jitter) - near <= rules.spread(every, jitter, chance) <= every * (1 + jitter) + near
    assert abs(rules.spread(every, jitter, 0.5) - every) <= near
    assert rules.spread(every, 0, chance) == every


@given(st.integers(0, 10**7))
def test_a_pause_is_what_the_game_asks_for_within_bounds(seconds):
    assert rules.halt(seconds) == timedelta(seconds=min(max(seconds, 1), 86_400))


@given(st.floats(0.1, 90))
def test_a_lease_outlasts_every_refresh_that_begins_in_it(key_seconds):
    assert rules.lease_seconds(key_seconds) > rules.STARTS_FOR + key_seconds


@pytest.mark.parametrize(
    "options",
    [
        {"every": timedelta(0)}, {"jitter": 1.0}, {"at_once": 0}, {"calls": 0}, {"most": -1}, {"a_round": -1},
        {"forget_after": timedelta(-1)}, {"retry_first": 2 * make.HOUR, "retry_longest": make.HOUR},
        {"gone_for": timedelta(0)}, {"rounds": 0}, {"batch": -1}, {"deadline": timedelta(0)},
        {"people_first": timedelta(0)},
    ],
)  # fmt: skip
def test_a_declaration_that_cannot_work_is_refused(options):
    with pytest.raises(ValueError, match="above zero"):
        make.declared(**options)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"refresh_many": make.refresh}, "either refresh or refresh_many"),
        ({"refresh": None}, "either refresh or refresh_many"),
        ({"deadline": timedelta(minutes=6)}, "at most 0:05:00"),
    ],
)
def test_a_declaration_has_one_way_to_refresh_and_a_deadline_within_its_job(options, why):
    with pytest.raises(ValueError, match=why):
        make.declared(**options)


@pytest.mark.parametrize("name", ["", "Players", "7up", "a b", "x" * 61])
def test_a_name_is_of_small_letters(name):
    with pytest.raises(ValueError, match="small letters"):
        Fresh(name, every=make.HOUR, refresh=make.refresh)
