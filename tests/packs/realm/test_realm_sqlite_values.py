"""Times and ids of SQLite files."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.realm.exchange.rules.sqlite_values import (
    BadRow,
    Ids,
    first_id_at,
    moment,
    sqlite_time,
    timed_id,
)
from tests.packs.realm.exchanging import time_of_id


@given(
    st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1)),
    st.integers(0, 2**33),
    st.text(max_size=40),
)
def test_an_id_has_its_time_and_its_place(naive, place, source):
    at = naive.replace(tzinfo=UTC)
    made = timed_id(at, place, source, 7)

    assert made == timed_id(at, place, source, 7)
    assert (made.version, made.variant) == (7, "specified in RFC 4122")
    assert time_of_id(made) == at
    assert first_id_at(at) <= made < first_id_at(at + timedelta(microseconds=1))
    assert made < timed_id(at, place + 1, source, 7)
    assert timed_id(at, place + 5, str(made)) == made  # an id that is of that time already stays


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2999, 1, 1)))
def test_a_time_is_written_as_sqlite_does_and_read_back(naive):
    at = naive.replace(tzinfo=UTC)

    assert moment(sqlite_time(at)) == at
    with closing(sqlite3.connect(":memory:")) as file:
        whole = at.replace(microsecond=0)
        assert file.execute("select datetime(?)", (sqlite_time(whole),)).fetchone()[0] == sqlite_time(whole)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025-11-03 10:00:00", "2025-11-03T10:00:00+00:00"),
        ("2025-11-03T10:00:00Z", "2025-11-03T10:00:00+00:00"),
        ("2025-11-03 10:00:00.5+02:00", "2025-11-03T08:00:00.500000+00:00"),
        ("2025-11-03", "2025-11-03T00:00:00+00:00"),
        (1762164000, "2025-11-03T10:00:00+00:00"),
        (1762164000500, "2025-11-03T10:00:00.500000+00:00"),
        (1762164000.25, "2025-11-03T10:00:00.250000+00:00"),
    ],
)
def test_times_are_read_however_they_are_written(written, meant):
    assert moment(written) == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    "nonsense", ["", "now", "2025-02-30 00:00:00", 5, -1, float("inf"), float("nan"), b"2025", None, 10**30]
)
def test_what_is_no_time_is_refused(nonsense):
    with pytest.raises(BadRow):
        moment(nonsense)


@given(st.text(max_size=50), st.uuids())
def test_ids_are_the_same_each_time_and_uuids_stay(source, known):
    ids = Ids(UUID(int=9), {("user", "mapped"): UUID(int=3)})

    assert ids.of("user", source) == Ids(UUID(int=9)).of("user", source) or source == "mapped"
    assert ids.of("user", str(known)) == known == ids.of("guild", known.hex.upper())
    assert ids.of("user", "mapped") == UUID(int=3)
    assert ids.of("user", "1") != ids.of("guild", "1")
