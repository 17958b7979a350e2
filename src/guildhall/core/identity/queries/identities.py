"""The people at providers that users are."""

from datetime import datetime
from uuid import UUID

from guildhall.core.identity.schemas import IdentityRow, IdentityView
from guildhall.db.statements import command, rows


@rows(None, "select pg_advisory_xact_lock(hashtextextended(:key, 11))")
def lock_subject(key: str) -> None: ...


@rows(
    IdentityRow,
    """
    select id, user_id, owner_hash from core.identities
    where provider = :provider and subject = :subject for update
    """,
    hot=True,
)
def identity_of(provider: str, subject: str) -> None: ...


@command("insert into core.users (id, name, created_at, updated_at) values (:id, :name, :now, :now)")
def add_user(id: UUID, name: str, now: datetime) -> None: ...


@rows(
    IdentityView,
    """
    insert into core.identities (id, user_id, provider, subject, name, owner_hash, linked_at, last_used_at)
    values (:id, :user, :provider, :subject, :name, :owner_hash, :now, :now)
    returning id, provider, subject, name, linked_at, last_used_at
    """,
)
def add_identity(
    id: UUID, user: UUID, provider: str, subject: str, name: str, owner_hash: str | None, now: datetime
) -> None: ...


@rows(
    IdentityView,
    """
    update core.identities
    set name = :name, owner_hash = coalesce(:owner_hash, owner_hash), last_used_at = :now
    where id = :id
    returning id, provider, subject, name, linked_at, last_used_at
    """,
)
def note_identity_use(id: UUID, name: str, owner_hash: str | None, now: datetime) -> None: ...


@rows(
    IdentityView,
    """
    delete from core.identities where id = :id and user_id = :user
    returning id, provider, subject, name, linked_at, last_used_at
    """,
)
def remove_identity(id: UUID, user: UUID) -> None: ...


@rows(
    IdentityView,
    """
    select id, provider, subject, name, linked_at, last_used_at
    from core.identities where user_id = :user order by id
    """,
)
def identities_for(user: UUID) -> None: ...


@rows(
    int,
    """
    select (select count(*) from core.identities where user_id = u.id)
         + (select count(*) from core.passkeys where user_id = u.id)
         + (u.password_hash is not null)::int
    from core.users u where u.id = :id
    """,
)
def ways_in(id: UUID) -> None: ...


@rows(int, "select count(*) from core.identities where user_id = :user")
def count_identities(user: UUID) -> None: ...
