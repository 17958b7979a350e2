"""Statements of what only the person sees: settings of apps, and when they were last seen."""

from datetime import datetime
from typing import Any

from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(Any, "select settings from core.user_states where user_id = :user", proven=("settings",))
def app_settings_for(user: UserId) -> None: ...


@command(
    """
    insert into core.user_states (user_id, settings) values (:user, :settings)
    on conflict (user_id) do update set settings = excluded.settings
    """,
)
def keep_app_settings(user: UserId, settings: Any) -> None: ...


@command(
    """
    insert into core.user_states as s (user_id, last_seen_at)
    select u.id, n.at
    from unnest(:users::uuid[], :times::timestamptz[]) n (id, at) join core.users u on u.id = n.id
    order by u.id
    for key share of u
    on conflict (user_id) do update set last_seen_at = excluded.last_seen_at
        where s.last_seen_at is null
           or s.last_seen_at < excluded.last_seen_at - :minutes::int * interval '1 minute'
    """,
)
def note_seen(users: list[UserId], times: list[datetime], minutes: int) -> None:
    """Note when people were seen, unless that was noted so many minutes ago or less. Deleted people are skipped."""
