"""Writes of scores and lists."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from msgspec import Struct

from guildhall.core.boards import errors
from guildhall.core.boards.queries import people, windows
from guildhall.core.boards.queries import scores as queries
from guildhall.core.boards.rules.places import number
from guildhall.core.boards.rules.weeks import end_of_week, week_of
from guildhall.core.boards.schemas import Score, Window, WindowKind
from guildhall.db.pool import Transaction
from guildhall.ids import UserId

How = Literal["set", "best", "add"]
_LARGEST_TIE = 2**63
_PAGE = 500
"""Lists that are closed with one statement."""


class Order(Struct, frozen=True):
    """The order of a board: the highest score first or the lowest, and whether the earlier of equal ones is ahead."""

    descending: bool
    earlier: bool


async def set_scores(
    tx: Transaction,
    boards: Sequence[str],
    lists: Sequence[tuple[WindowKind, str]],
    scores: Sequence[Score],
    order: Order,
    how: How,
) -> int:
    """Set scores of boards, one name a score, in each list; return how many rows changed.

    Raises BadScore, WindowClosed, and ValueError for a member that has two scores to set, or a board whose order has
    changed.
    """
    wanted: dict[tuple[str, str], tuple[Score, Decimal]] = {}
    for name, score in zip(boards, scores, strict=True):
        value = _value(score)
        before = wanted.get((name, score.member))
        if before is not None:
            if how != "add":
                raise ValueError(f"{score.member} has two scores to set")
            value += before[1]
        wanted[name, score.member] = score, value
    rows = [(name, kind, key, score, value) for (name, _), (score, value) in wanted.items() for kind, key in lists]
    if not rows:
        return 0
    changed, board, key, closed = await queries.set_scores.one(
        tx, [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows],
        [row[3].member for row in rows], [row[4] for row in rows], [row[3].tie for row in rows],
        [row[3].user_id for row in rows], order.descending, order.earlier, how, tx.now, end_of_week(tx.now),
    )  # fmt: skip
    if board is not None and not closed:
        raise ValueError(f"the scores of {board} are in another order: a board that changes its order needs a new name")
    if board is not None:
        raise errors.WindowClosed(board=board, key=key or "")
    return changed


async def remove_members(tx: Transaction, name: str, members: Sequence[str]) -> int:
    """Take members off a board, of all subjects and times; return how many scores they had."""
    return await queries.remove_scores.run(tx, name, f"{name}:", f"{name};", list(members))


async def window_of(tx: Transaction, board: str, kind: WindowKind, key: str | None) -> Window | None:
    """Return a list of a board, or None. Without a key it is the present week, or the latest league or season."""
    if kind in ("league", "season") and key is None:
        return await windows.latest_window.one_or_none(tx, board, kind)
    chosen = "" if kind == "all" else key if key is not None else week_of(tx.now)
    return await windows.window.one_or_none(tx, board, kind, chosen)


async def close_windows(tx: Transaction, board: str, kind: WindowKind, key: str) -> int:
    """Close the lists of a board, and of its subjects, once what sets scores of them has ended; return their number."""
    closed, after = 0, windows.FIRST
    while found := await windows.open_windows.many(tx, board, kind, key, after, _PAGE):
        for window_id in found:
            await windows.lock_window.one(tx, window_id)
            closed += await windows.close_window.run(tx, window_id, tx.now)
        after = found[-1]
    return closed


def _value(score: Score) -> Decimal:
    """Return a score's exact value. Raises BadScore."""
    if not -_LARGEST_TIE <= score.tie < _LARGEST_TIE:
        raise errors.BadScore(why="a tie-break is a whole number of 64 bits")
    try:
        return number(score.score)
    except ValueError as error:
        raise errors.BadScore(why=str(error)) from error


async def show_person(tx: Transaction, user_id: UserId, *, shown: bool) -> None:
    """Show a person's scores on all boards, or hide them."""
    await (people.show if shown else people.hide).run(tx, user_id)
