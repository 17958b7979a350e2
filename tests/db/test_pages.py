"""Cursors: what one list made it reads back, and nothing else."""

import base64
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from guildhall.db.pages import BadCursor, Cursor, Page

pytestmark = pytest.mark.database


class Position(Struct, frozen=True):
    """A key with names."""

    score: float
    name: str


NUMBERS = Cursor("numbers", 1, tuple[int, int])
INSTANTS = Cursor("instants", 1, tuple[datetime, UUID])
TEXTS = Cursor("texts", 1, tuple[str, int])
PRICES = Cursor("prices", 1, tuple[Decimal, int])
NAMED = Cursor("named", 1, Position)

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-9, minutes=-30))])
LARGE = st.integers(-(2**63), 2**63 - 1)


@given(st.tuples(LARGE, LARGE))
def test_numbers_come_back(key):
    assert NUMBERS.decode(NUMBERS.encode(key)) == key


@given(st.tuples(st.datetimes(timezones=ZONES), st.uuids()))
def test_instants_come_back_to_the_microsecond(key):
    assert INSTANTS.decode(INSTANTS.encode(key)) == key


@given(st.tuples(st.text(st.characters(exclude_categories=["Cs"]), max_size=80), LARGE))
def test_texts_come_back(key):
    assert TEXTS.decode(TEXTS.encode(key)) == key


@given(st.tuples(st.decimals(allow_nan=False, allow_infinity=False, places=4), LARGE))
def test_prices_come_back_exactly(key):
    found = PRICES.decode(PRICES.encode(key))

    assert found == key
    assert str(found[0]) == str(key[0])


@given(st.floats(allow_nan=False, allow_infinity=False), st.text(st.characters(categories=["L"]), max_size=20))
def test_structs_come_back(score, name):
    key = Position(score, name)

    assert NAMED.decode(NAMED.encode(key)) == key


@given(st.tuples(LARGE, LARGE))
def test_a_cursor_needs_no_escaping_in_a_url(key):
    assert NUMBERS.encode(key).replace("-", "").replace("_", "").isalnum()


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_garbage_is_a_bad_cursor(text):
    with pytest.raises(BadCursor) as caught:
        NUMBERS.decode(text)

    assert (caught.value.status, caught.value.code) == (400, "bad_cursor")


GOOD = NUMBERS.encode((12, 345))


def _of(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD[:-1],
        GOOD[1:],
        GOOD + "A",
        GOOD + "=",
        GOOD + "\n",
        " " + GOOD,
        GOOD.upper(),
        "é" + GOOD,
        "\x00",
        "A" * 10_000,
        GOOD * 300,
        Cursor("others", 1, tuple[int, int]).encode((12, 345)),
        Cursor("numbers", 2, tuple[int, int]).encode((12, 345)),
        Cursor("numbers", 1, tuple[int, int, int]).encode((12, 345, 6)),
        TEXTS.encode(("12", 345)),
        _of(b"numbers.1:[12, 345]"),
        _of(b"numbers.1:[12,345.5]"),
        _of(b"numbers.1:[12,null]"),
        _of(b"numbers.1:[12,345]]"),
        _of(b"numbers.1:"),
        _of(b"numbers.1:" + b"[" * 700),
        _of(b"numbers.1:\xff\xfe"),
    ],
)
def test_what_this_list_did_not_make_is_a_bad_cursor(text):
    with pytest.raises(BadCursor):
        NUMBERS.decode(text)


def test_deep_nesting_is_a_bad_cursor_however_deep_the_caller_is():
    def decode(depth: int) -> None:
        if depth:
            decode(depth - 1)
        else:
            NAMED.decode(_of(b'named.1:{"x":' + b"[" * 700))

    with pytest.raises(BadCursor):
        decode(500)


def test_the_last_character_has_one_spelling():
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    accepted = []
    for last in alphabet:
        try:
            accepted.append(NUMBERS.decode(GOOD[:-1] + last))
        except BadCursor:
            continue

    assert accepted == [(12, 345)]


def test_the_first_page_has_no_cursor():
    assert NUMBERS.decode_or_none(None) is None
    assert NUMBERS.decode_or_none(GOOD) == (12, 345)
    with pytest.raises(BadCursor):
        NUMBERS.decode_or_none("")


def test_a_key_too_long_for_a_cursor_is_told_where_it_is_made():
    with pytest.raises(ValueError, match="more than 1024"):
        TEXTS.encode(("x" * 1000, 1))


@given(st.integers(0, 30), st.integers(1, 12))
def test_pages_put_together_are_the_list(count, limit):
    rows = [(n // 3, n) for n in range(count)]

    seen: list[tuple[int, int]] = []
    after = None
    for _ in range(count + 2):
        position = NUMBERS.decode_or_none(after)
        rest = [row for row in rows if position is None or row > position]
        page = NUMBERS.page(rest[: limit + 1], limit, lambda row: row)
        seen += page.items
        assert len(page.items) <= limit
        after = page.next
        if after is None:
            break

    assert seen == rows


def test_an_empty_list_is_one_empty_page():
    assert NUMBERS.page([], 5, lambda row: row) == Page([], None)


def test_a_full_last_page_has_no_next():
    assert NUMBERS.page([(1, 1), (2, 2)], 2, lambda row: row) == Page([(1, 1), (2, 2)], None)
    assert NUMBERS.page([(1, 1), (2, 2), (3, 3)], 2, lambda row: row) == Page([(1, 1), (2, 2)], NUMBERS.encode((2, 2)))
