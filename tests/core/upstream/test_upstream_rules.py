"""The arithmetic of budgets."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from guildhall.core.upstream.rules import DAY, caps, day_of, minute_of, retry_at, used_by_header
from guildhall.core.upstream.schemas import BudgetRow, Limits

moments = st.datetimes(datetime(2024, 1, 1), datetime(2026, 12, 30)).map(lambda at: at.replace(tzinfo=UTC))
limits = st.builds(Limits, st.none() | st.integers(1, 500), st.none() | st.integers(1, 20_000))
reserves = st.floats(0, 0.95)


@dataclass
class Used:
    """A budget's row as the database would count it."""

    row: BudgetRow

    def allows(self, allowed: Limits, now: datetime) -> bool:
        """What the permit's statement decides."""
        row = self.row
        return (
            (row.blocked_until is None or row.blocked_until <= now)
            and (allowed.minute is None or row.minute_start < minute_of(now) or row.minute_used < allowed.minute)
            and (allowed.day is None or row.day_start < day_of(now) or row.day_used < allowed.day)
            and allowed.minute != 0
            and allowed.day != 0
        )


rows = st.builds(
    lambda at, minute_used, day_used, blocked: (
        at,
        BudgetRow(
            "game", minute_of(at), minute_used, day_of(at), day_used,
            None if blocked is None else at + timedelta(seconds=blocked),
        ),
    ),
    moments, st.integers(0, 600), st.integers(0, 25_000), st.none() | st.integers(-100, 90_000),
)  # fmt: skip


@given(limits, reserves, st.booleans(), moments)
def test_nobody_is_allowed_more_than_the_limits_and_people_all_of_them(limits, reserve, interactive, now):
    allowed = caps(limits, reserve, interactive, now)

    for cap, limit in ((allowed.minute, limits.minute), (allowed.day, limits.day)):
        assert (cap is None) == (limit is None)
        if cap is not None and limit is not None:
            assert 1 <= cap <= limit
            if interactive:
                assert cap == limit
            else:
                assert cap <= max(1, limit * (1 - reserve) + 1e-9)


@given(limits, reserves, moments, st.timedeltas(timedelta(0), timedelta(hours=23)))
def test_background_work_may_use_more_of_a_day_the_later_it_is(limits, reserve, now, by):
    later = now + by
    if day_of(now) == day_of(later):
        at_first, at_last = (caps(limits, reserve, False, at).day or 0 for at in (now, later))
        assert at_first <= at_last


def test_background_work_paces_itself_over_the_day():
    free = Limits(60, 3000)
    at = [caps(free, 0.4, False, datetime(2025, 1, 1, hour, tzinfo=UTC)) for hour in (0, 6, 12, 23)]

    assert [cap.day for cap in at] == [75, 525, 975, 1800]
    assert {cap.minute for cap in at} == {36}


@given(rows, limits, reserves, st.booleans())
def test_who_is_refused_is_told_a_time_that_is_to_come_and_is_then_let_through(given, limits, reserve, interactive):
    now, row = given
    used = Used(row)
    if used.allows(caps(limits, reserve, interactive, now), now):
        return
    again = retry_at(row, limits, reserve, interactive, now)

    assert now < again
    assert used.allows(caps(limits, reserve, interactive, again), again)
    if row.blocked_until is None:
        assert again <= day_of(now) + DAY + timedelta(seconds=1)


@given(moments)
def test_a_limit_of_nothing_never_has_room(now):
    assert caps(Limits(0, 0), 0.4, False, now) == Limits(0, 0)
    assert retry_at(None, Limits(0, None), 0.4, True, now) > now


def test_what_a_header_says_is_used():
    assert [used_by_header(60, left) for left in (60, 1, 0, -7, 99, None)] == [0, 59, 60, 67, 0, None]
    assert used_by_header(None, 5) is None
