"""Addresses of accounts, and the single-use links that go out to them."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from guildhall.db.statements import command, rows
from guildhall.ids import UserId

Purpose = Literal["verify_email", "reset_password", "sign_in"]


class Link(Struct, frozen=True):
    """The purpose of a mailed link. `current` is the account's present address."""

    user_id: UserId
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


@rows(UserId, "select id from core.users where email = :email")
def user_of_email(email: str) -> None: ...


@command(
    """
    insert into core.email_tokens (token_hash, user_id, purpose, email, created_at, expires_at)
    values (:token_hash, :user, :purpose, :email, :now, :expires_at)
    """,
)
def add_link(
    token_hash: bytes, user: UserId, purpose: str, email: str, now: datetime, expires_at: datetime
) -> None: ...


@command("delete from core.email_tokens where user_id = :user and purpose = :purpose")
def drop_links(user: UserId, purpose: str) -> None: ...


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
    tuple[UserId, str],
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
def set_email(id: UserId, email: str, now: datetime) -> None: ...


@rows(Addressee, "select email, name from core.users where id = :id and email is not null", proven=("email",))
def addressee(id: UserId) -> None: ...


@command("delete from core.email_tokens where expires_at < :now")
def tidy_links(now: datetime) -> None: ...
