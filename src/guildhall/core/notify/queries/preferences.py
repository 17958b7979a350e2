"""What users want to be told, where and when."""

from datetime import datetime
from uuid import UUID

from guildhall.core.notify.schemas import PreferenceRow, QuietHoursRow, SettingsRow
from guildhall.db.query import Command, Query

preferences_of = Query(
    PreferenceRow,
    """
    select user_id, type, channel, enabled from core.notification_preferences where user_id = any($1::uuid[])
    """,
    list[UUID],
)

quiet_hours_of = Query(
    QuietHoursRow,
    """
    select user_id, time_zone, starts_at, ends_at from core.notification_quiet_hours where user_id = any($1::uuid[])
    """,
    list[UUID],
)

# The columns by name: which of them rule a kind is for the kind to say.
switches_of = Query(
    SettingsRow,
    "select user_id, to_jsonb(s) as switches from core.user_settings s where user_id = any($1::uuid[])",
    list[UUID],
)

# What a user has who has never looked at the settings: the table's own defaults.
switch_defaults = Query(
    dict[str, bool],
    """
    select jsonb_object_agg(a.attname, pg_get_expr(d.adbin, d.adrelid) = 'true') as switches
    from pg_attribute a
    join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = 'core.user_settings'::regclass and a.atttypid = 'bool'::regtype
    """,
    proven=("switches",),
)

set_preferences = Command(
    """
    insert into core.notification_preferences (user_id, type, channel, enabled, updated_at)
    select $1, p.type, p.channel, p.enabled, $5
    from unnest($2::text[], $3::text[], $4::bool[]) p (type, channel, enabled)
    on conflict (user_id, type, channel) do update set enabled = excluded.enabled, updated_at = excluded.updated_at
    """,
    UUID,
    list[str],
    list[str],
    list[bool],
    datetime,
)

set_quiet_hours = Command(
    """
    insert into core.notification_quiet_hours (user_id, time_zone, starts_at, ends_at, updated_at)
    values ($1, $2, $3, $4, $5)
    on conflict (user_id) do update
    set time_zone = excluded.time_zone, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
        updated_at = excluded.updated_at
    """,
    UUID,
    str,
    str,
    str,
    datetime,
)

end_quiet_hours = Command("delete from core.notification_quiet_hours where user_id = $1", UUID)
