"""Passwords of accounts."""

from datetime import datetime

from msgspec import Struct

from guildhall.db.statements import command, rows
from guildhall.ids import UserId


class PasswordHolder(Struct, frozen=True):
    """An account that somebody wants to sign in to. `totp` says whether a second factor is asked for."""

    id: UserId
    password_hash: str | None
    suspended: bool
    totp: bool
    credentials: int

    def __repr__(self) -> str:
        return f"PasswordHolder({self.id})"


@rows(
    PasswordHolder,
    """
    select u.id, u.password_hash, u.suspended_at is not null as suspended,
           exists (select 1 from core.totp t where t.user_id = u.id and t.confirmed_at is not null) as totp,
           u.credentials
    from core.users u
    where u.email = :email
    """,
    hot=True,
    proven=("suspended", "totp"),
)
def holder_of_email(email: str) -> None: ...


@command(
    """
    update core.users
    set password_hash = :password_hash, password_changed_at = :now, updated_at = :now, credentials = credentials + 1
    where id = :id
    """,
)
def set_password(id: UserId, password_hash: str, now: datetime) -> None: ...


@command(
    """
    insert into core.users (id, name, password_hash, password_changed_at, created_at, updated_at)
    values (:id, :name, :password_hash, :now, :now, :now)
    """,
)
def add_user(id: UserId, name: str, password_hash: str, now: datetime) -> None: ...


@rows(UserId, "select id from core.users where email = :email and email_verified_at is not null")
def verified_user_of_email(email: str) -> None: ...


@command(
    """
    delete from core.users u
    where u.email is null and u.password_hash is not null and u.created_at < :before
      and not exists (select 1 from core.identities i where i.user_id = u.id)
      and not exists (select 1 from core.passkeys p where p.user_id = u.id)
      and not exists (select 1 from core.sessions s where s.user_id = u.id)
    """,
)
def tidy_sign_ups(before: datetime) -> None:
    """A sign-up has no address until its link was followed, and no other way in."""
