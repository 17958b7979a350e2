"""API tokens."""

from datetime import datetime

from guildhall.core.identity.api_tokens.schemas import ApiTokenHolder, ApiTokenView
from guildhall.core.identity.ids import ApiTokenId
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(
    ApiTokenHolder,
    """
    select t.id, t.user_id, u.role, t.scopes, t.expires_at, t.last_used_at
    from core.api_tokens t join core.users u on u.id = t.user_id
    where t.token_hash = :token_hash and t.revoked_at is null and (t.expires_at is null or t.expires_at > :now)
      and u.suspended_at is null
    """,
    hot=True,
)
def api_token_holder(token_hash: bytes, now: datetime) -> None: ...


@command(
    """
    update core.api_tokens set last_used_at = :now
    where id = :id and (last_used_at is null or last_used_at < :before)
    """,
)
def note_api_token_use(id: ApiTokenId, now: datetime, before: datetime) -> None: ...


@rows(int, "select count(*) from core.api_tokens where user_id = :user and revoked_at is null")
def count_api_tokens(user: UserId) -> None: ...


@rows(int, "select count(*) from core.api_tokens where user_id = :user and name = :name and revoked_at is not null")
def count_revoked(user: UserId, name: str) -> None: ...


@rows(bool, "select exists (select from core.api_tokens where token_hash = :token_hash) as there", proven=("there",))
def api_token_there(token_hash: bytes) -> None: ...


@rows(
    ApiTokenView,
    """
    insert into core.api_tokens (id, user_id, name, token_hash, scopes, created_at, expires_at)
    values (:id, :user, :name, :token_hash, :scopes, :now, :expires_at)
    returning id, name, scopes, created_at, expires_at, last_used_at
    """,
)
def add_api_token(
    id: ApiTokenId,
    user: UserId,
    name: str,
    token_hash: bytes,
    scopes: list[str],
    now: datetime,
    expires_at: datetime | None,
) -> None: ...


@rows(
    ApiTokenView,
    """
    select id, name, scopes, created_at, expires_at, last_used_at
    from core.api_tokens
    where user_id = :user and revoked_at is null and (:after::uuid is null or id < :after)
    order by id desc
    limit :limit
    """,
)
def api_tokens_for(user: UserId, after: ApiTokenId | None, limit: int) -> None: ...


@command("update core.api_tokens set revoked_at = :now where id = :id and user_id = :user and revoked_at is null")
def revoke_api_token(id: ApiTokenId, user: UserId, now: datetime) -> None: ...


@command("update core.api_tokens set revoked_at = :now where user_id = :user and revoked_at is null")
def revoke_api_tokens(user: UserId, now: datetime) -> None: ...


@command(
    """
    delete from core.api_tokens where id in (
        select id from core.api_tokens where revoked_at <= :before or expires_at <= :before limit :limit
        for update skip locked
    )
    """,
)
def forget_api_tokens(before: datetime, limit: int) -> None: ...
