"""Errors: code, texts and facts come from the class, and a mistake in them never costs a client the status."""

import subprocess
import sys
import warnings

import pytest

from guildhall.errors import Conflict, GuildhallError, TooManyRequests, Unavailable
from guildhall.web import problems


class TreasuryTooLow(Conflict):
    says = "Not enough in the treasury: there are {balance} copper in it."
    balance: int


class VaultTooLow(TreasuryTooLow):
    """The same for clients, and another thing for us."""


def test_an_error_has_the_status_of_its_base_and_the_code_of_its_slice_and_name():
    error = TreasuryTooLow(balance=7)

    assert (error.status, error.code) == (409, "tests.treasury_too_low")
    assert error.title == "Not enough in the treasury"
    assert str(error) == error.detail == "Not enough in the treasury: there are 7 copper in it."
    assert (error.balance, error.retry_after) == (7, None)


def test_a_class_that_says_nothing_is_its_base_for_clients():
    error = VaultTooLow(balance=7)

    assert (error.code, str(error)) == (TreasuryTooLow.code, str(TreasuryTooLow(balance=7)))


def test_a_more_exact_detail_takes_the_place_of_the_usual_one():
    error = TreasuryTooLow(balance=7, detail="The treasury of {braces} has 7 copper.", retry_after=3)

    assert str(error) == error.detail == "The treasury of {braces} has 7 copper."
    assert (error.code, error.title, error.retry_after) == (TreasuryTooLow.code, "Not enough in the treasury", 3)


def test_a_field_of_every_error_may_be_a_fact():
    assert str(TooManyRequests(retry_after=4)).endswith("wait 4 seconds.")
    assert Unavailable().retry_after == 5


@pytest.mark.parametrize("facts", [{}, {"balance": 7, "owner": "ann"}, {"owner": "ann"}])
def test_missing_and_unknown_facts_are_warned_of_where_the_error_is_raised(facts):
    with pytest.warns(RuntimeWarning, match="TreasuryTooLow") as warned:
        TreasuryTooLow(**facts)

    assert warned[0].filename == __file__


def test_a_missing_fact_costs_a_process_the_detail_only():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # as in production
        error = TooManyRequests()  # type: ignore[call-arg]

    problem = problems.problem_of(error)
    assert (problem.status, problem.code, problem.detail) == (429, "rate_limited", "Too many requests.")
    assert "retry-after" not in problems.headers_of(error)


def test_a_text_that_does_not_name_exactly_the_facts_is_refused_with_the_class():
    with pytest.raises(TypeError, match="unknown"):

        class Unknown(Conflict):
            says = "No such fact: {unknown}."

    with pytest.raises(TypeError, match="unused"):

        class Unused(Conflict):
            says = "Nothing of it."
            unused: int

    with pytest.raises(TypeError, match="Inherited"):

        class Inherited(TreasuryTooLow):
            says = "Nothing is inherited."

    with pytest.raises(TypeError, match="Coded has a fact called code, status, which every error has"):

        class Coded(Conflict):
            says = "No such thing: {code} is {status}."
            code: str  # type: ignore[misc]
            status: int  # type: ignore[misc]

    with pytest.raises(TypeError, match="Moving"):

        class Moving(Conflict):
            says = "The title has {name}: it must not."
            name: str


@pytest.mark.parametrize("flag", ["-O", "-OO"])
def test_texts_are_there_without_docstrings(flag):
    code = (
        "from guildhall.errors import OutOfRange, Unavailable, GuildhallError as error;"
        "print(Unavailable.__doc__ is None, OutOfRange.code, OutOfRange.title, OutOfRange(), error(), sep='|')"
    )
    told = subprocess.run([sys.executable, flag, "-c", code], capture_output=True, text=True, check=True).stdout
    stripped, code, title, detail, bug = told.strip().split("|")

    assert stripped == str(flag == "-OO")
    assert (code, title) == ("value_out_of_range", "Value out of range")
    assert detail.startswith("Value out of range: ")
    assert bug == GuildhallError.says
