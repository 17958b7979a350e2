"""API tokens."""

from datetime import datetime
from uuid import UUID

from guildhall.core.identity.schemas import ApiTokenHolder, ApiTokenView
from guildhall.db.query import Command, Query

api_token_holder = Query(
    ApiTokenHolder,
    """
    select t.id, t.user_id, u.role, t.scopes, t.expires_at, t.last_used_at
    from core.api_tokens t join core.users u on u.id = t.user_id
    where t.token_hash = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > $2)
      and u.suspended_at is null
    """,
    bytes,
    datetime,
    hot=True,
)

note_api_token_use = Command(
    "update core.api_tokens set last_used_at = $2 where id = $1 and (last_used_at is null or last_used_at < $3)",
    UUID,
    datetime,
    datetime,
)

count_api_tokens = Query(
    int,
    "select count(*) from core.api_tokens where user_id = $1 and revoked_at is null",
    UUID,
)

count_revoked = Query(
    int, "select count(*) from core.api_tokens where user_id = $1 and name = $2 and revoked_at is not null", UUID, str
)

api_token_there = Query(
    bool,
    "select exists (select from core.api_tokens where token_hash = $1) as there",
    bytes,
    proven=("there",),
)

add_api_token = Query(
    ApiTokenView,
    """
    insert into core.api_tokens (id, user_id, name, token_hash, scopes, created_at, expires_at)
    values ($1, $2, $3, $4, $5, $6, $7)
    returning id, name, scopes, created_at, expires_at, last_used_at
    """,
    UUID, UUID, str, bytes, list[str], datetime, datetime | None,
)  # fmt: skip

api_tokens_for = Query(
    ApiTokenView,
    """
    select id, name, scopes, created_at, expires_at, last_used_at
    from core.api_tokens
    where user_id = $1 and revoked_at is null and ($2::uuid is null or id < $2)
    order by id desc
    limit $3
    """,
    UUID, UUID | None, int,
)  # fmt: skip

revoke_api_token = Command(
    "update core.api_tokens set revoked_at = $3 where id = $1 and user_id = $2 and revoked_at is null",
    UUID,
    UUID,
    datetime,
)

revoke_api_tokens = Command(
    "update core.api_tokens set revoked_at = $2 where user_id = $1 and revoked_at is null", UUID, datetime
)

forget_api_tokens = Command(
    """
    delete from core.api_tokens where id in (
        select id from core.api_tokens where revoked_at <= $1 or expires_at <= $1 limit $2 for update skip locked
    )
    """,
    datetime,
    int,
)
