"""Users' settings."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from guildhall.db.statements import rows


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


@rows(UserSettings, f"select {_COLUMNS} from core.user_settings where user_id = :user")
def settings_for(user: UUID) -> None: ...


@rows(
    UserSettings,
    f"""
    insert into core.user_settings (id, user_id, created_at, updated_at) values (:id, :user, :now, :now)
    on conflict (user_id) do update set user_id = excluded.user_id
    returning {_COLUMNS}
    """,
)
def make_settings(id: UUID, user: UUID, now: datetime) -> None:
    """The row is made when it is first asked for; the table knows the defaults."""


@rows(
    UserSettings,
    f"""
    update core.user_settings
    set theme = coalesce(:theme, theme), language = coalesce(:language, language),
        default_character_id = case when :set_default then :default_character else default_character_id end,
        notify_skill_complete = coalesce(:notify_skill_complete, notify_skill_complete),
        notify_market_orders = coalesce(:notify_market_orders, notify_market_orders),
        notify_industry_jobs = coalesce(:notify_industry_jobs, notify_industry_jobs),
        notify_pi_extractors = coalesce(:notify_pi_extractors, notify_pi_extractors),
        notify_eve_mail = coalesce(:notify_eve_mail, notify_eve_mail),
        share_activity_stats = coalesce(:share_activity_stats, share_activity_stats), updated_at = :now
    where user_id = :user
    returning {_COLUMNS}
    """,
)
def change_settings(
    user: UUID,
    theme: str | None,
    language: str | None,
    set_default: bool,
    default_character: int | None,
    notify_skill_complete: bool | None,
    notify_market_orders: bool | None,
    notify_industry_jobs: bool | None,
    notify_pi_extractors: bool | None,
    notify_eve_mail: bool | None,
    share_activity_stats: bool | None,
    now: datetime,
) -> None:
    """A null leaves a column as it is; the character, which may be null, has a flag of its own."""
