"""Accounts as their owners and moderators see them."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from guildhall.core.identity.schemas import Role
from guildhall.db.statements import command, rows


class Account(Struct, frozen=True):
    """An account as its owner sees it. Tier and status are the stored ones; `subscription_ends_at` may have passed."""

    id: UUID
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

    id: UUID
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
def rename_user(id: UUID, name: str, now: datetime) -> None: ...


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
def users(role: str | None, suspended: bool, after: UUID | None, limit: int) -> None: ...


@rows(
    UserLine, "select id, name, email, role, subscription_tier, suspended_at, created_at from core.users where id = :id"
)
def user_line(id: UUID) -> None: ...


@rows(
    UserLine,
    """
    select id, name, email, role, subscription_tier, suspended_at, created_at
    from core.users where id = :id for update
    """,
)
def user_of_id(id: UUID) -> None: ...


@rows(UUID, "select id from core.users where email = :email")
def user_named(email: str) -> None: ...


@rows(UUID, "select id from core.users where id between :lowest and :highest order by id limit 3")
def users_between(lowest: UUID, highest: UUID) -> None: ...


@command("update core.users set role = :role, updated_at = :now where id = :id")
def set_role(id: UUID, role: str, now: datetime) -> None: ...


@command("update core.users set suspended_at = :suspended_at, updated_at = :now where id = :id")
def set_suspended(id: UUID, suspended_at: datetime | None, now: datetime) -> None: ...


@rows(UUID, "select id from core.users where id = :id for update")
def lock_user(id: UUID) -> None: ...


@rows(
    str,
    """
    select subscription_id from core.stripe_subscriptions
    where user_id = :user and renews and status in ('active', 'trialing', 'past_due')
    order by subscription_id limit 1
    """,
)
def renewing_subscription(user: UUID) -> None: ...


@rows(int, "select core.forget_security_events(:user)::int as rows", proven=("rows",))
def forget_security_events(user: UUID) -> None: ...


@command("delete from core.users where id = :id")
def drop_user(id: UUID) -> None: ...
