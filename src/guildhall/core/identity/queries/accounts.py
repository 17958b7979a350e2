"""Accounts as their owners and moderators see them."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from guildhall.core.identity.schemas import Role
from guildhall.db.query import Command, Query


class Account(Struct, frozen=True):
    """What an account says of itself. Written tier and status; `subscription_ends_at` may have passed already."""

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


account_for = Query(
    Account,
    """
    select u.id, u.name, u.email, u.email_verified_at, u.role, u.subscription_tier, u.subscription_status,
           u.subscription_ends_at, u.password_hash is not null as has_password,
           exists (select 1 from core.totp t where t.user_id = u.id and t.confirmed_at is not null) as totp,
           (select count(*)::int from core.passkeys p where p.user_id = u.id) as passkeys, u.created_at
    from core.users u
    where u.id = $1
    """,
    UUID,
    proven=("has_password", "totp", "passkeys"),
)

rename_user = Command("update core.users set name = $2, updated_at = $3 where id = $1", UUID, str, datetime)

users = Query(
    UserLine,
    """
    select id, name, email, role, subscription_tier, suspended_at, created_at
    from core.users
    where ($1::text is null or role = $1) and (not $2::bool or suspended_at is not null)
      and ($3::uuid is null or id < $3)
    order by id desc
    limit $4
    """,
    str | None, bool, UUID | None, int,
)  # fmt: skip

user_line = Query(
    UserLine,
    "select id, name, email, role, subscription_tier, suspended_at, created_at from core.users where id = $1",
    UUID,
)

user_of_id = Query(
    UserLine,
    """
    select id, name, email, role, subscription_tier, suspended_at, created_at
    from core.users where id = $1 for update
    """,
    UUID,
)

user_named = Query(UUID, "select id from core.users where email = $1", str)

users_between = Query(UUID, "select id from core.users where id between $1 and $2 order by id limit 3", UUID, UUID)

set_role = Command("update core.users set role = $2, updated_at = $3 where id = $1", UUID, str, datetime)

set_suspended = Command(
    "update core.users set suspended_at = $2, updated_at = $3 where id = $1", UUID, datetime | None, datetime
)

lock_user = Query(UUID, "select id from core.users where id = $1 for update", UUID)

renewing_subscription = Query(
    str,
    """
    select subscription_id from core.stripe_subscriptions
    where user_id = $1 and renews and status in ('active', 'trialing', 'past_due')
    order by subscription_id limit 1
    """,
    UUID,
)

forget_security_events = Query(int, "select core.forget_security_events($1)::int as rows", UUID, proven=("rows",))

drop_user = Command("delete from core.users where id = $1", UUID)
