"""Users' preferences for notifications."""

from datetime import datetime

from guildhall.core.notify.schemas.preferences import PreferenceRow, QuietHoursRow, SettingsRow
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(
    PreferenceRow,
    """
    select user_id, type, channel, enabled from core.notification_preferences where user_id = any(:users::uuid[])
    """,
)
def preferences_of(users: list[UserId]) -> None: ...


@rows(
    QuietHoursRow,
    """
    select user_id, time_zone, starts_at, ends_at from core.notification_quiet_hours where user_id = any(:users::uuid[])
    """,
)
def quiet_hours_of(users: list[UserId]) -> None: ...


@rows(
    SettingsRow, "select user_id, to_jsonb(s) as switches from core.user_settings s where user_id = any(:users::uuid[])"
)
def switches_of(users: list[UserId]) -> None:
    """The columns by name: which of them rule a kind is for the kind to say."""


@rows(
    dict[str, bool],
    """
    select jsonb_object_agg(a.attname, pg_get_expr(d.adbin, d.adrelid) = 'true') as switches
    from pg_attribute a
    join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = 'core.user_settings'::regclass and a.atttypid = 'bool'::regtype
    """,
    proven=("switches",),
)
def switch_defaults() -> None:
    """Return the switches of a user who has never changed the settings: the table's own defaults."""


@command(
    """
    insert into core.notification_preferences (user_id, type, channel, enabled, updated_at)
    select :user, p.type, p.channel, p.enabled, :now
    from unnest(:types::text[], :channels::text[], :enabled::bool[]) p (type, channel, enabled)
    on conflict (user_id, type, channel) do update set enabled = excluded.enabled, updated_at = excluded.updated_at
    """,
)
def set_preferences(
    user: UserId, types: list[str], channels: list[str], enabled: list[bool], now: datetime
) -> None: ...


@command(
    """
    insert into core.notification_quiet_hours (user_id, time_zone, starts_at, ends_at, updated_at)
    values (:user, :time_zone, :starts_at, :ends_at, :now)
    on conflict (user_id) do update
    set time_zone = excluded.time_zone, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
        updated_at = excluded.updated_at
    """,
)
def set_quiet_hours(user: UserId, time_zone: str, starts_at: str, ends_at: str, now: datetime) -> None: ...


@command("delete from core.notification_quiet_hours where user_id = :user")
def end_quiet_hours(user: UserId) -> None: ...
