"""Places: bytes in the order of the ranks, the same in Python and in the database."""

import asyncio
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guildhall.core.boards.rules.places import number, parts_of, place
from guildhall.db.connection import connect

numbers = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.integers(-12, 12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=5),
    st.sampled_from([0, -0.0, 1e-300, -1e-300, 5e-324, 1.7976931348623157e308, 2**53, 2**53 + 1, Decimal("100.0")]),
)
ties = st.integers(-(2**63), 2**63 - 1)
members = st.text("0123456789ABCXYZabcxyz._:@~+-", min_size=1, max_size=8)
rows = st.tuples(numbers, ties, members)


@settings(max_examples=500)
@given(st.lists(rows, min_size=2, max_size=6), st.booleans())
def test_bytes_sort_as_score_tie_and_member_do_and_lose_no_digit(found, descending):
    sign = -1 if descending else 1
    exact = [(number(score), tie, member) for score, tie, member in found]

    places = [place(*row, descending=descending) for row in exact]

    by_bytes = [row for _, row in sorted(zip(places, exact, strict=True), key=lambda one: one[0])]
    assert by_bytes == sorted(exact, key=lambda row: (sign * row[0], row[1], row[2]))
    for row, given_bytes in zip(exact, places, strict=True):
        parts = parts_of(given_bytes, descending=descending)
        assert (parts.score, parts.tie, parts.member) == row
        assert str(parts.score) == str(row[0])


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back_as_it_was(value):
    assert float(number(value)) == value


@pytest.mark.parametrize("value", ["nan", "inf", "1e400", "1e-402", "1" * 61, "0." + "1" * 61])
def test_beyond_the_bounds_there_is_no_score(value):
    with pytest.raises(ValueError, match="score"):
        number(Decimal(value))


@pytest.mark.parametrize("bad", [b"", b"\x00", b"\x81", b"\x81\x00\x001", b"\x80\x00", b"\x81\x04\x001\x00\x00"])
def test_bytes_that_are_no_place_are_refused(bad):
    with pytest.raises(ValueError, match=r"place|subsection|found"):
        parts_of(bad, descending=True)


async def test_the_database_makes_the_same_bytes(tx):
    values = [
        number(value)
        for value in (
            0, 1, -1, 10, 12, -12, 123, -123, 2**63 - 1, -(2**63), 2**53, 2**53 + 1, 0.1, -0.1, 0.012, 1e-300, -5e-324,
            1.7976931348623157e308, Decimal("0.10"),
            Decimal("99999999999999999999.12345"), Decimal("1.50"), 100, 1000000,
        )
    ]  # fmt: skip
    for descending in (False, True):
        for tie in (0, 1, -1, 2**63 - 1, -(2**63)):
            made = await tx.connection.fetch(
                "select core.board_place(v, $2, $3, 'm') as place from unnest($1::numeric[]) v", values, descending, tie
            )
            assert [row["place"] for row in made] == [place(v, tie, "m", descending=descending) for v in values]


@settings(max_examples=200)
@given(rows, st.booleans())
def test_every_place_is_the_databases_too(worker_url, row, descending):
    value = number(row[0])

    async def ask():
        connection = await connect(worker_url)
        try:
            return await connection.fetchval(
                "select core.board_place($1, $2, $3, $4)", value, descending, row[1], row[2]
            )
        finally:
            await connection.close()

    assert asyncio.run(ask()) == place(value, row[1], row[2], descending=descending)
