"""An odd row of an answer is dropped and counted, and an answer without a sound one is a lie."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from guildhall.core.upstream.rows import NoSoundRow, Rows
from guildhall.sandbox.spoiled import with_odd_row


class Part(Struct, frozen=True):
    """An element of a list within a row."""

    id: int


class Row(Struct, frozen=True, rename={"amount": "isk"}):
    """A row with a field of each kind."""

    id: int
    at: datetime
    amount: Decimal
    share: float | None = None
    parts: list[Part] | None = None


class Sheet(Struct, frozen=True):
    """An answer with its rows in it."""

    rows: list[Row]
    more: list[Part] | None = None


GOOD = {"id": 1, "at": "2026-01-01T00:00:00Z", "isk": 1.5, "share": 0.5, "parts": [{"id": 1}, {"id": 2}]}
ODD: list[tuple[str, Any]] = [
    ("id", None), ("id", "x"), ("id", 57.5), ("at", None), ("at", 5), ("at", "0001-01-01T00:00:00+05:00"),
    ("at", "9999-12-31T23:59:59-05:00"), ("isk", "NaN"), ("isk", "Infinity"), ("isk", "1e400"), ("isk", []),
    ("share", {}), ("share", "x"), ("parts", 3), ("parts", {}),
]  # fmt: skip
"""A field, and a value that nobody can store or that is none of its type."""


def encoded(value: object) -> bytes:
    return msgspec.json.encode(value)


@pytest.mark.parametrize(("field", "value"), ODD)
@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_other_rows_of_a_list_are_kept(field, value, place):
    rows = [{**GOOD, "id": number} for number in (1, 2, 3)]
    body = encoded(with_odd_row(rows, place, field, value))

    found = Rows(list[Row]).read(body)

    assert [row.id for row in found.value] == [number for number in (1, 2, 3) if number != place + 1]
    assert (found.dropped, len(found.faults)) == (1, 1)


@pytest.mark.parametrize(("field", "value"), ODD)
def test_without_one_sound_row_it_is_no_answer(field, value):
    odd = {**GOOD, field: value}
    for shape, body in ((list[Row], [odd, odd]), (dict[str, Row], {"a": odd}), (Sheet, {"rows": [odd]})):
        with pytest.raises((NoSoundRow, msgspec.ValidationError)):
            Rows(shape).read(encoded(body))


def test_elements_within_a_row_and_lists_that_may_be_missing_lose_what_is_odd():
    body = {"rows": [{**GOOD, "parts": [{"id": 1}, {"id": "x"}]}, GOOD], "more": [{"id": None}]}

    found = Rows(Sheet).read(encoded(body))

    assert [[part.id for part in row.parts or []] for row in found.value.rows] == [[1], [1, 2]]
    assert (found.value.more, found.dropped) == ([], 2)


def test_a_row_that_the_judge_finds_odd_is_dropped_too():
    rows = Rows(list[Row], judge=lambda row: "too small" if row.id < 2 else None)

    found = rows.read(encoded([{**GOOD, "id": number} for number in (3, 1, 2)]))

    assert ([row.id for row in found.value], found.faults) == ([3, 2], ("too small",))


def test_an_empty_answer_and_figures_to_the_last_digit_are_as_they_came():
    exact = b'[{"id":1,"at":"2026-01-01T00:00:00Z","isk":12345678901234567890.12},{"id":"x"}]'

    assert Rows(list[Row]).read(b"[]").value == []
    assert Rows(list[Row]).read(exact).value[0].amount == Decimal("12345678901234567890.12")


@pytest.mark.parametrize("body", [b"", b"[", b"null", b"{}", b'{"rows": 3}', b'[{"id": 1}', b"[1, 2]", b'"text"'])
def test_another_shape_is_no_answer(body):
    with pytest.raises((msgspec.MsgspecError, NoSoundRow)):
        Rows(list[Row]).read(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from([*GOOD, "other"]), JSON), max_size=6), JSON)
def test_whatever_stands_in_the_rows_beside_it_a_sound_row_is_kept(changes, instead):
    rows = [GOOD, *({**GOOD, field: value} for field, value in changes), instead]

    found = Rows(list[Row]).read(encoded(rows))

    assert found.value[0].id == 1
    assert found.dropped + len(found.value) >= len(rows)
