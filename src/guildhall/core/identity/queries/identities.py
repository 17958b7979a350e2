"""The people at providers that users are."""

from datetime import datetime
from uuid import UUID

from guildhall.core.identity.schemas import IdentityRow, IdentityView
from guildhall.db.query import Command, Query

lock_subject: Query[None] = Query(None, "select pg_advisory_xact_lock(hashtextextended($1, 11))", str)

identity_of = Query(
    IdentityRow,
    "select id, user_id, owner_hash from core.identities where provider = $1 and subject = $2 for update",
    str,
    str,
    hot=True,
)

add_user = Command(
    "insert into core.users (id, name, created_at, updated_at) values ($1, $2, $3, $3)",
    UUID,
    str,
    datetime,
)

add_identity = Query(
    IdentityView,
    """
    insert into core.identities (id, user_id, provider, subject, name, owner_hash, linked_at, last_used_at)
    values ($1, $2, $3, $4, $5, $6, $7, $7)
    returning id, provider, subject, name, linked_at, last_used_at
    """,
    UUID, UUID, str, str, str, str | None, datetime,
)  # fmt: skip

note_identity_use = Query(
    IdentityView,
    """
    update core.identities
    set name = $2, owner_hash = coalesce($3, owner_hash), last_used_at = $4
    where id = $1
    returning id, provider, subject, name, linked_at, last_used_at
    """,
    UUID, str, str | None, datetime,
)  # fmt: skip

remove_identity = Query(
    IdentityView,
    """
    delete from core.identities where id = $1 and user_id = $2
    returning id, provider, subject, name, linked_at, last_used_at
    """,
    UUID,
    UUID,
)

identities_for = Query(
    IdentityView,
    """
    select id, provider, subject, name, linked_at, last_used_at
    from core.identities where user_id = $1 order by id
    """,
    UUID,
)

ways_in = Query(
    int,
    """
    select (select count(*) from core.identities where user_id = u.id)
         + (select count(*) from core.passkeys where user_id = u.id)
         + (u.password_hash is not null)::int
    from core.users u where u.id = $1
    """,
    UUID,
)

count_identities = Query(int, "select count(*) from core.identities where user_id = $1", UUID)
