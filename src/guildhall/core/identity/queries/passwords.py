"""Passwords of accounts."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from guildhall.db.statements import command, rows


class PasswordHolder(Struct, frozen=True):
    """An account that somebody wants to sign in to. `totp` says whether a second factor is asked for."""

    id: UUID
    password_hash: str | None
    suspended: bool
    totp: bool
    credentials: int

    def __repr__(self) -> str:
        return f"PasswordHolder({self.id})"


class Proofs(Struct, frozen=True):
    """The means by which a signed-in person can prove once more who they are."""

    email: str | None
    password_hash: str | None
    signed_in_at: datetime | None
    credentials: int

    def __repr__(self) -> str:
        return "Proofs(…)"


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


@rows(
    Proofs,
    """
    select u.email, u.password_hash,
           (select s.created_at from core.sessions s where s.id = :session and s.ended_at is null) as signed_in_at,
           u.credentials
    from core.users u
    where u.id = :user
    """,
)
def proofs_for(user: UUID, session: UUID | None) -> None: ...


@command(
    """
    update core.users
    set password_hash = :password_hash, password_changed_at = :now, updated_at = :now, credentials = credentials + 1
    where id = :id
    """,
)
def set_password(id: UUID, password_hash: str, now: datetime) -> None: ...


@command("update core.users set password_hash = :new_hash where id = :id and password_hash = :old_hash")
def upgrade_password(id: UUID, old_hash: str, new_hash: str) -> None:
    """Replace a password's hash, unless the password was changed since it was verified."""
