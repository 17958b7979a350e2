"""Statements about people who are on no board."""

from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(
    bool,
    "select exists (select from core.board_hidden where user_id = :user and reason = 'opted_out') as hidden",
    proven=("hidden",),
)
def opted_out(user: UserId) -> None: ...


@command("insert into core.board_hidden (user_id, reason) values (:user, 'opted_out') on conflict do nothing")
def hide(user: UserId) -> None: ...


@command("delete from core.board_hidden where user_id = :user and reason = 'opted_out'")
def show(user: UserId) -> None: ...
