"""Addresses of accounts, and the single-use links that go out to them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from guildhall.db.statements import command, rows

Purpose = Literal["verify_email", "reset_password", "sign_in"]


class Link(Struct, frozen=True):
    """The purpose of a mailed link. `current` is the account's present address."""

    user_id: UUID
    purpose: Purpose
    email: str
    expires_at: datetime
    name: str
    current: str | None
    password_hash: str | None

    def __repr__(self) -> str:
        return f"Link({self.user_id}, {self.purpose})"


class Addressee(Struct, frozen=True):
    """The address and the name for an account's mails."""

    email: str
    name: str


@command(
    """
    insert into core.users (id, name, password_hash, password_changed_at, created_at, updated_at)
    values (:id, :name, :password_hash, :now, :now, :now)
    """,
)
def add_user(id: UUID, name: str, password_hash: str, now: datetime) -> None: ...


@rows(UUID, "select id from core.users where email = :email")
def user_of_email(email: str) -> None: ...


@rows(UUID, "select id from core.users where email = :email and email_verified_at is not null")
def verified_user_of_email(email: str) -> None: ...


@command(
    """
    insert into core.email_tokens (token_hash, user_id, purpose, email, created_at, expires_at)
    values (:token_hash, :user, :purpose, :email, :now, :expires_at)
    """,
)
def add_link(token_hash: bytes, user: UUID, purpose: str, email: str, now: datetime, expires_at: datetime) -> None: ...


@command("delete from core.email_tokens where user_id = :user")
def drop_all_links(user: UUID) -> None: ...


@command("delete from core.email_tokens where user_id = :user and purpose = :purpose")
def drop_links(user: UUID, purpose: str) -> None: ...


@rows(
    Link,
    """
    select t.user_id, t.purpose, t.email, t.expires_at, u.name, u.email as current, u.password_hash
    from core.email_tokens t join core.users u on u.id = t.user_id
    where t.token_hash = :token_hash and t.expires_at > :now
    """,
)
def link(token_hash: bytes, now: datetime) -> None: ...


@rows(
    tuple[UUID, str],
    """
    delete from core.email_tokens
    where token_hash = :token_hash and purpose = :purpose and expires_at > :now
    returning user_id, email
    """,
)
def take_link(token_hash: bytes, purpose: str, now: datetime) -> None: ...


@command(
    """
    update core.users set email = :email, email_verified_at = :now, updated_at = :now, credentials = credentials + 1
    where id = :id
    """,
)
def set_email(id: UUID, email: str, now: datetime) -> None: ...


@rows(Addressee, "select email, name from core.users where id = :id and email is not null", proven=("email",))
def addressee(id: UUID) -> None: ...


@command("delete from core.email_tokens where expires_at < :now")
def tidy_links(now: datetime) -> None: ...


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
