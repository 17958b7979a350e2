"""Statements about lists of ranks: found, closed, deleted."""

from datetime import datetime

from guildhall.core.boards.ids import WindowId
from guildhall.core.boards.schemas import Window
from guildhall.db.statements import command, rows

FIRST = WindowId(0)
"""The id before all others."""
_COLUMNS = "id, board, kind, key, descending, earlier, opened_at, ends_at, closed_at"


@rows(
    Window,
    f"""
    select {_COLUMNS} from core.board_windows
    where board = :board and kind = :kind and key = :key and dropped_at is null
    """,
    hot=True,
)
def window(board: str, kind: str, key: str) -> None: ...


@rows(
    Window,
    f"""
    select {_COLUMNS} from core.board_windows
    where board = :board and kind = :kind and dropped_at is null
    order by closed_at is null desc, opened_at desc, id desc
    limit 1
    """,
)
def latest_window(board: str, kind: str) -> None:
    """The league or season that was opened last, of those that are open if any is."""


@rows(
    Window,
    f"""
    select {_COLUMNS} from core.board_windows
    where board = :board and dropped_at is null
      and (:after_opened::timestamptz is null or (opened_at, id) < (:after_opened, :after_id::bigint))
    order by opened_at desc, id desc
    limit :limit
    """,
)
def windows_page(board: str, after_opened: datetime | None, after_id: WindowId | None, limit: int) -> None: ...


@rows(
    Window,
    f"""
    select {_COLUMNS} from core.board_windows
    where id > :after and dropped_at is null
      and (:board::text is null or board = :board or starts_with(board, :board || ':'))
    order by id
    limit :limit
    """,
)
def windows_after(after: WindowId, board: str | None, limit: int) -> None: ...


@rows(
    WindowId,
    """
    select id from core.board_windows
    where (board = :board or starts_with(board, :board || ':')) and kind = :kind and key = :key and closed_at is null
      and id > :after
    order by id
    limit :limit
    """,
)
def open_windows(board: str, kind: str, key: str, after: WindowId, limit: int) -> None: ...


@rows(None, "select pg_advisory_xact_lock(hashtextextended('core.board_windows', :window))")
def lock_window(window: WindowId) -> None:
    """Wait for the transactions that set scores of a list, and keep others out until this one ends."""


@command("update core.board_windows set closed_at = :now where id = :window and closed_at is null")
def close_window(window: WindowId, now: datetime) -> None: ...


@rows(
    WindowId,
    """
    select id from core.board_windows where closed_at is null and ends_at <= :before order by ends_at, id limit :limit
    """,
)
def weeks_to_close(before: datetime, limit: int) -> None: ...


@rows(
    WindowId,
    """
    update core.board_windows set dropped_at = coalesce(dropped_at, :now)
    where id in (
        select id from core.board_windows
        where closed_at is not null
          and (kind = 'week' and closed_at < :weeks_before
               or kind in ('league', 'season') and closed_at < :closed_before)
        order by closed_at
        limit :limit
    )
    returning id
    """,
)
def windows_to_drop(now: datetime, weeks_before: datetime, closed_before: datetime, limit: int) -> None: ...


@rows(bool, "select exists (select from core.board_windows where closed_at is null and ends_at <= :before) as due")
def any_week_over(before: datetime) -> None: ...


@rows(int, "select core.drop_board_scores(:window, :most) as deleted", proven=("deleted",))
def drop_scores(window: WindowId, most: int) -> None: ...
