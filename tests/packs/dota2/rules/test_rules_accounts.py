"""Account ids: both forms, round trips, and every text that must not pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.dota2.accounts.rules import ANONYMOUS_ACCOUNT_ID, STEAM64_OFFSET, parse_account_id

account_ids = st.integers(1, ANONYMOUS_ACCOUNT_ID - 1)


@given(account_ids)
def test_both_forms_name_the_same_account(number: int) -> None:
    assert parse_account_id(str(number)) == number
    assert parse_account_id(str(STEAM64_OFFSET + number)) == number


def test_recorded_profile_converts() -> None:
    assert parse_account_id("76561198061960890") == 101695162


def test_conversion_keeps_the_digits_a_double_loses() -> None:
    odd = STEAM64_OFFSET + 101695161

    assert int(float(odd)) != odd
    assert parse_account_id(str(odd)) == 101695161


@pytest.mark.parametrize("text", ["1", "0000000001", "4294967294", "76561202255233022"])
def test_ends_of_the_range_pass(text: str) -> None:
    assert 1 <= parse_account_id(text) <= ANONYMOUS_ACCOUNT_ID - 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "+1",
        "-1",
        " 1",
        "1 ",
        "1\n",
        "1_000",
        "1.0",
        "1e5",
        "0x10",
        "nan",
        "None",
        "STEAM_0:0:50847581",
        "[U:1:101695162]",
        "\u0661\u0662\u0663",  # Arabic-Indic digits
        "\uff11\uff12\uff13",  # fullwidth digits
        "1\u0662",
        "\u00b2",  # superscript two, a digit to str.isdigit
        "\x001",
    ],
)
def test_anything_but_ascii_digits_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="decimal digits only"):
        parse_account_id(text)


@pytest.mark.parametrize("text", ["0", "00000", str(STEAM64_OFFSET)])
def test_zero_is_no_account_in_either_form(text: str) -> None:
    with pytest.raises(ValueError, match="belongs to no account"):
        parse_account_id(text)


@pytest.mark.parametrize("number", [ANONYMOUS_ACCOUNT_ID, STEAM64_OFFSET + ANONYMOUS_ACCOUNT_ID])
def test_the_anonymous_placeholder_is_refused_in_either_form(number: int) -> None:
    with pytest.raises(ValueError, match="anonymous"):
        parse_account_id(str(number))


@given(
    st.one_of(
        st.integers(ANONYMOUS_ACCOUNT_ID + 1, STEAM64_OFFSET - 1),
        st.integers(STEAM64_OFFSET + ANONYMOUS_ACCOUNT_ID + 1, 10**20 - 1),
    )
)
def test_numbers_between_and_above_the_forms_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="neither"):
        parse_account_id(str(number))


@pytest.mark.parametrize("text", ["1" * 21, "0" * 20 + "1", "9" * 1_000_000])
def test_long_digits_are_refused_unconverted(text: str) -> None:
    with pytest.raises(ValueError, match="at most 20 digits") as refusal:
        parse_account_id(text)

    assert len(str(refusal.value)) < 100


@given(st.text())
def test_any_text_is_an_account_or_a_value_error(text: str) -> None:
    try:
        number = parse_account_id(text)
    except ValueError:
        return

    assert 1 <= number < ANONYMOUS_ACCOUNT_ID
    assert int(text) in (number, STEAM64_OFFSET + number)


@given(st.floats(allow_nan=True))
def test_floats_are_refused(number: float) -> None:
    with pytest.raises(ValueError, match="decimal digits only"):
        parse_account_id(repr(number))


@given(st.integers(max_value=-1))
def test_negative_numbers_are_refused(number: int) -> None:
    with pytest.raises(ValueError, match="decimal digits only"):
        parse_account_id(str(number))
