"""Passwords of accounts."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from guildhall.db.query import Command, Query


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
    """By what somebody who is signed in can prove once more who they are."""

    email: str | None
    password_hash: str | None
    signed_in_at: datetime | None
    credentials: int

    def __repr__(self) -> str:
        return "Proofs(…)"


holder_of_email = Query(
    PasswordHolder,
    """
    select u.id, u.password_hash, u.suspended_at is not null as suspended,
           exists (select 1 from core.totp t where t.user_id = u.id and t.confirmed_at is not null) as totp,
           u.credentials
    from core.users u
    where u.email = $1
    """,
    str,
    hot=True,
    proven=("suspended", "totp"),
)

proofs_for = Query(
    Proofs,
    """
    select u.email, u.password_hash,
           (select s.created_at from core.sessions s where s.id = $2 and s.ended_at is null) as signed_in_at,
           u.credentials
    from core.users u
    where u.id = $1
    """,
    UUID,
    UUID | None,
)

set_password = Command(
    """
    update core.users
    set password_hash = $2, password_changed_at = $3, updated_at = $3, credentials = credentials + 1
    where id = $1
    """,
    UUID,
    str,
    datetime,
)

# Only if nobody has changed the password since it was verified.
upgrade_password = Command(
    "update core.users set password_hash = $3 where id = $1 and password_hash = $2", UUID, str, str
)
