"""Streaks: the direct computation, and joining parts as a monoid."""

from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guildhall.packs.dota2.analytics.rules import EMPTY, Streaks, merge, streak_state, streaks, streaks_of

results = st.lists(st.sampled_from([True, False, None]), max_size=40)


def streaks_by_runs(history: list[bool | None]) -> Streaks:
    known = [result for result in history if result is not None]
    runs = [(result, len(list(run))) for result, run in groupby(known)]
    won, length = runs[-1] if runs else (True, 0)
    return Streaks(
        current=length if won else -length,
        longest_win=max((length for result, length in runs if result), default=0),
        longest_loss=max((length for result, length in runs if not result), default=0),
    )


@pytest.mark.parametrize(
    ("history", "expected"),
    [
        ([], Streaks(0, 0, 0)),
        ([None, None], Streaks(0, 0, 0)),
        ([True], Streaks(1, 1, 0)),
        ([False], Streaks(-1, 0, 1)),
        ([True, True, None, True], Streaks(3, 3, 0)),
        ([False, None, False, True, None], Streaks(1, 1, 2)),
        ([True, True, False, True, False, False, False], Streaks(-3, 2, 3)),
    ],
)
def test_streaks_of_a_history(history: list[bool | None], expected: Streaks) -> None:
    assert streaks(history) == expected


@given(results)
def test_streaks_are_the_lengths_of_runs(history: list[bool | None]) -> None:
    assert streaks(iter(history)) == streaks_by_runs(history)


@given(results)
def test_unknown_results_change_nothing(history: list[bool | None]) -> None:
    assert streak_state(history) == streak_state(result for result in history if result is not None)


@given(results, results)
def test_parts_joined_are_the_whole(earlier: list[bool | None], later: list[bool | None]) -> None:
    joined = merge(streak_state(earlier), streak_state(later))

    assert joined == streak_state(earlier + later)
    assert streaks_of(joined) == streaks_by_runs(earlier + later)


@given(results, results, results)
def test_joining_is_associative(a: list[bool | None], b: list[bool | None], c: list[bool | None]) -> None:
    x, y, z = streak_state(a), streak_state(b), streak_state(c)

    assert merge(merge(x, y), z) == merge(x, merge(y, z))


@given(results)
def test_the_empty_stretch_is_the_identity(history: list[bool | None]) -> None:
    state = streak_state(history)

    assert merge(EMPTY, state) == state == merge(state, EMPTY)
    assert streak_state([]) == EMPTY


@given(results)
def test_swapping_wins_and_losses_mirrors_the_streaks(history: list[bool | None]) -> None:
    mirrored = streaks(None if result is None else not result for result in history)
    straight = streaks(history)

    assert mirrored == Streaks(-straight.current, straight.longest_loss, straight.longest_win)
