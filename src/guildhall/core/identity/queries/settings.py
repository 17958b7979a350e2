"""What a user has chosen."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from guildhall.db.query import Query


class UserSettings(Struct, frozen=True):
    """Preferences; what nobody has touched is the default."""

    theme: Literal["light", "dark", "auto"]
    default_character_id: int | None
    language: str
    notify_skill_complete: bool
    notify_market_orders: bool
    notify_industry_jobs: bool
    notify_pi_extractors: bool
    notify_eve_mail: bool
    share_activity_stats: bool
    created_at: datetime
    updated_at: datetime


_COLUMNS = """theme, default_character_id, language, notify_skill_complete, notify_market_orders,
              notify_industry_jobs, notify_pi_extractors, notify_eve_mail, share_activity_stats, created_at,
              updated_at"""

settings_for = Query(UserSettings, f"select {_COLUMNS} from core.user_settings where user_id = $1", UUID)

# The row is made when it is first asked for; the table knows the defaults.
make_settings = Query(
    UserSettings,
    f"""
    insert into core.user_settings (id, user_id, created_at, updated_at) values ($1, $2, $3, $3)
    on conflict (user_id) do update set user_id = excluded.user_id
    returning {_COLUMNS}
    """,
    UUID, UUID, datetime,
)  # fmt: skip

# A null leaves a column as it is; the character, which may be null, has a flag of its own.
change_settings = Query(
    UserSettings,
    f"""
    update core.user_settings
    set theme = coalesce($2, theme), language = coalesce($3, language),
        default_character_id = case when $4 then $5 else default_character_id end,
        notify_skill_complete = coalesce($6, notify_skill_complete),
        notify_market_orders = coalesce($7, notify_market_orders),
        notify_industry_jobs = coalesce($8, notify_industry_jobs),
        notify_pi_extractors = coalesce($9, notify_pi_extractors),
        notify_eve_mail = coalesce($10, notify_eve_mail),
        share_activity_stats = coalesce($11, share_activity_stats), updated_at = $12
    where user_id = $1
    returning {_COLUMNS}
    """,
    UUID, str | None, str | None, bool, int | None, bool | None, bool | None, bool | None, bool | None, bool | None,
    bool | None, datetime,
)  # fmt: skip
