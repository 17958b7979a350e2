"""Statements that set and remove scores."""

from datetime import datetime
from decimal import Decimal

from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(
    tuple[int, str | None, str | None, bool | None],
    """
    select changed, refused_board, refused_key, closed
    from core.set_board_scores(:boards, :kinds, :keys, :members, :scores, :ties, :user_ids, :descending, :earlier,
                               :how, :now, :week_ends)
    """,
    proven=("changed",),
)
def set_scores(
    boards: list[str],
    kinds: list[str],
    keys: list[str],
    members: list[str],
    scores: list[Decimal],
    ties: list[int],
    user_ids: list[UserId | None],
    descending: bool,
    earlier: bool,
    how: str,
    now: datetime,
    week_ends: datetime,
) -> None: ...


@command(
    """
    delete from core.board_scores s
    using core.board_windows w
    where (w.board = :name or w.board >= :first and w.board < :behind)
      and s.window_id = w.id and s.member = any(:members::text[])
    """,
)
def remove_scores(name: str, first: str, behind: str, members: list[str]) -> None:
    """Delete scores of a board, and of its subjects, whose names lie between two texts."""
