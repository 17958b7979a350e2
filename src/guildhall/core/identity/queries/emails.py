"""Addresses of accounts, and the single-use links that go out to them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from msgspec import Struct

from guildhall.db.query import Command, Query

Purpose = Literal["verify_email", "reset_password", "sign_in"]


class Link(Struct, frozen=True):
    """What a link of a mail is for. `current` is the account's present address."""

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
    """To whom an account's mails go."""

    email: str
    name: str


add_user = Command(
    """
    insert into core.users (id, name, password_hash, password_changed_at, created_at, updated_at)
    values ($1, $2, $3, $4, $4, $4)
    """,
    UUID, str, str, datetime,
)  # fmt: skip

user_of_email = Query(UUID, "select id from core.users where email = $1", str)

verified_user_of_email = Query(
    UUID, "select id from core.users where email = $1 and email_verified_at is not null", str
)

add_link = Command(
    """
    insert into core.email_tokens (token_hash, user_id, purpose, email, created_at, expires_at)
    values ($1, $2, $3, $4, $5, $6)
    """,
    bytes, UUID, str, str, datetime, datetime,
)  # fmt: skip

drop_all_links = Command("delete from core.email_tokens where user_id = $1", UUID)

drop_links = Command("delete from core.email_tokens where user_id = $1 and purpose = $2", UUID, str)

link = Query(
    Link,
    """
    select t.user_id, t.purpose, t.email, t.expires_at, u.name, u.email as current, u.password_hash
    from core.email_tokens t join core.users u on u.id = t.user_id
    where t.token_hash = $1 and t.expires_at > $2
    """,
    bytes,
    datetime,
)

take_link = Query(
    tuple[UUID, str],
    """
    delete from core.email_tokens
    where token_hash = $1 and purpose = $2 and expires_at > $3
    returning user_id, email
    """,
    bytes, str, datetime,
)  # fmt: skip

set_email = Command(
    """
    update core.users set email = $2, email_verified_at = $3, updated_at = $3, credentials = credentials + 1
    where id = $1
    """,
    UUID, str, datetime,
)  # fmt: skip

addressee = Query(
    Addressee,
    "select email, name from core.users where id = $1 and email is not null",
    UUID,
    proven=("email",),
)

tidy_links = Command("delete from core.email_tokens where expires_at < $1", datetime)

# A sign-up has no address until its link was followed, and no other way in.
tidy_sign_ups = Command(
    """
    delete from core.users u
    where u.email is null and u.password_hash is not null and u.created_at < $1
      and not exists (select 1 from core.identities i where i.user_id = u.id)
      and not exists (select 1 from core.passkeys p where p.user_id = u.id)
      and not exists (select 1 from core.sessions s where s.user_id = u.id)
    """,
    datetime,
)
