"""Accounts as their owners and moderators see them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from guildhall.core.identity.principals.schemas import Role
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


class Account(Struct, frozen=True):
    """An account as its owner sees it. Tier and status are the stored ones; `subscription_ends_at` may have passed."""

    id: UserId
    name: str
    email: str | None
    email_verified_at: datetime | None
    role: Role
    subscription_tier: str
    subscription_status: str
    subscription_ends_at: datetime | None
    has_password: bool
    totp: bool
    passkeys: int
    created_at: datetime


class UserLine(Struct, frozen=True):
    """One line of the list of users."""

    id: UserId
    name: str
    email: str | None
    role: Role
    subscription_tier: str
    suspended_at: datetime | None
    created_at: datetime


@rows(
    Account,
    """
    select u.id, u.name, u.email, u.email_verified_at, u.role, u.subscription_tier, u.subscription_status,
           u.subscription_ends_at, u.password_hash is not null as has_password,
           exists (select 1 from core.totp t where t.user_id = u.id and t.confirmed_at is not null) as totp,
           (select count(*)::int from core.passkeys p where p.user_id = u.id) as passkeys, u.created_at
    from core.users u
    where u.id = :id
    """,
    proven=("has_password", "totp", "passkeys"),
)
def account_for(id: UUID) -> None: ...


@command("update core.users set name = :name, updated_at = :now where id = :id")
def rename_user(id: UserId, name: str, now: datetime) -> None: ...


@rows(
    UserLine,
    """
    select id, name, email, role, subscription_tier, suspended_at, created_at
    from core.users
    where (:role::text is null or role = :role) and (not :suspended::bool or suspended_at is not null)
      and (:after::uuid is null or id < :after)
    order by id desc
    limit :limit
    """,
)
def users(role: str | None, suspended: bool, after: UserId | None, limit: int) -> None: ...


@rows(
    UserLine, "select id, name, email, role, subscription_tier, suspended_at, created_at from core.users where id = :id"
)
def user_line(id: UserId) -> None: ...


@rows(
    UserLine,
    """
    select id, name, email, role, subscription_tier, suspended_at, created_at
    from core.users where id = :id for update
    """,
)
def user_of_id(id: UserId) -> None: ...


@rows(UserId, "select id from core.users where email = :email")
def user_named(email: str) -> None: ...


@rows(UserId, "select id from core.users where id between :lowest and :highest order by id limit 3")
def users_between(lowest: UUID, highest: UUID) -> None: ...


@command("update core.users set role = :role, updated_at = :now where id = :id")
def set_role(id: UserId, role: str, now: datetime) -> None: ...


@command("update core.users set suspended_at = :suspended_at, updated_at = :now where id = :id")
def set_suspended(id: UserId, suspended_at: datetime | None, now: datetime) -> None: ...


@rows(
    str,
    """
    select subscription_id from core.stripe_subscriptions
    where user_id = :user and renews and status in ('active', 'trialing', 'past_due')
    order by subscription_id limit 1
    """,
)
def renewing_subscription(user: UserId) -> None: ...


@rows(int, "select core.forget_security_events(:user)::int as rows", proven=("rows",))
def forget_security_events(user: UserId) -> None: ...


@command("delete from core.users where id = :id")
def drop_user(id: UserId) -> None: ...


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
def settings_for(user: UserId) -> None: ...


@rows(
    UserSettings,
    f"""
    insert into core.user_settings (id, user_id, created_at, updated_at) values (:id, :user, :now, :now)
    on conflict (user_id) do update set user_id = excluded.user_id
    returning {_COLUMNS}
    """,
)
def make_settings(id: UUID, user: UserId, now: datetime) -> None:
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
    user: UserId,
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
