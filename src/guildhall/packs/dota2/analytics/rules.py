"""Winning and losing streaks, in one pass or joined from adjacent parts of a history."""

from collections.abc import Iterable

from msgspec import Struct


class Streaks(Struct, frozen=True):
    """Streaks in games. `current` is positive for wins, negative for losses, 0 without a result."""

    current: int
    longest_win: int
    longest_loss: int


class StreakState(Struct, frozen=True):
    """The state of a stretch of history, enough to join it to its neighbours.

    `games` counts known results. `first` and `last` are the runs at its two ends, positive for wins, negative for
    losses; in a stretch of one single run they are the same run.
    """

    games: int
    first: int
    last: int
    longest_win: int
    longest_loss: int


EMPTY = StreakState(games=0, first=0, last=0, longest_win=0, longest_loss=0)
"""The state of a stretch without a known result, the identity of `merge`."""


def streaks(results: Iterable[bool | None]) -> Streaks:
    """Return the streaks of results in chronological order, oldest first.

    True is a win and False a loss. None, a match without a recorded winner, neither breaks nor extends a run.
    """
    return streaks_of(streak_state(results))


def streak_state(results: Iterable[bool | None]) -> StreakState:
    """Return the joinable state of results in chronological order; None is skipped as in `streaks`."""
    games = first = last = longest_win = longest_loss = 0
    for result in results:
        if result is None:
            continue
        games += 1
        if result:
            last = last + 1 if last > 0 else 1
            longest_win = max(longest_win, last)
        else:
            last = last - 1 if last < 0 else -1
            longest_loss = max(longest_loss, -last)
        if abs(last) == games:
            first = last
    return StreakState(games=games, first=first, last=last, longest_win=longest_win, longest_loss=longest_loss)


def merge(a: StreakState, b: StreakState) -> StreakState:
    """Return the state of stretch `a` followed directly by stretch `b`.

    Associative, with `EMPTY` as identity: months may be folded apart and joined in any grouping, not in any
    order.
    """
    if a.games == 0:
        return b
    if b.games == 0:
        return a
    joined = a.last + b.first if (a.last > 0) == (b.first > 0) else 0
    return StreakState(
        games=a.games + b.games,
        first=joined if joined and abs(a.first) == a.games else a.first,
        last=joined if joined and abs(b.last) == b.games else b.last,
        longest_win=max(a.longest_win, b.longest_win, joined),
        longest_loss=max(a.longest_loss, b.longest_loss, -joined),
    )


def streaks_of(state: StreakState) -> Streaks:
    """Return the streaks that a joined state stands for."""
    return Streaks(current=state.last, longest_win=state.longest_win, longest_loss=state.longest_loss)
