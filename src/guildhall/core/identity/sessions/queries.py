"""Sessions and their refresh tokens."""

from datetime import datetime

from guildhall.core.identity.ids import SessionId
from guildhall.core.identity.sessions.schemas import LiveSession, SessionView, SpentToken, Standing, TokenHolder
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(Standing, "select role, suspended_at from core.users where id = :id for share")
def standing(id: UserId) -> None: ...


@rows(None, "select pg_advisory_xact_lock(hashtextextended(:token, 7))")
def free_device(token: str) -> None: ...


@command(
    """
    update core.sessions set ended_at = :now, end_reason = 'replaced', device_token = null
    where device_token = :device_token and user_id = :user and ended_at is null
    """,
)
def replace_sessions_on_device(device_token: str, user: UserId, now: datetime) -> None: ...


@command(
    """
    update core.sessions set device_token = null
    where device_token = :device_token and id <> :id and ended_at is null
    """,
)
def take_device_from_others(device_token: str, id: SessionId) -> None: ...


@command(
    """
    insert into core.sessions (
        id, user_id, token_hash, expires_at, created_at, last_used_at, method, device_name, device_type, device_token
    ) values (:id, :user, :token_hash, :expires_at, :now, :now, :method, :device_name, :device_type, :device_token)
    """,
)
def add_session(
    id: SessionId,
    user: UserId,
    token_hash: bytes,
    expires_at: datetime,
    now: datetime,
    method: str,
    device_name: str | None,
    device_type: str | None,
    device_token: str | None,
) -> None: ...


@rows(
    TokenHolder,
    """
    select s.id, s.user_id, s.expires_at, s.ended_at, u.role, u.suspended_at
    from core.sessions s join core.users u on u.id = s.user_id
    where s.token_hash = :token_hash
    for update of s
    """,
    hot=True,
)
def holder_of_token(token_hash: bytes) -> None: ...


@rows(
    SpentToken,
    """
    select p.session_id, p.user_id, p.spent_at, s.ended_at
    from core.spent_refresh_tokens p join core.sessions s on s.id = p.session_id
    where p.token_hash = :token_hash
    """,
)
def spent_token(token_hash: bytes) -> None: ...


@command(
    """
    insert into core.spent_refresh_tokens (token_hash, session_id, user_id, spent_at)
    values (:token_hash, :session, :user, :now)
    """,
)
def spend_token(token_hash: bytes, session: SessionId, user: UserId, now: datetime) -> None: ...


@command(
    """
    update core.sessions set token_hash = :token_hash, last_used_at = :now, expires_at = :expires_at
    where id = :id
    """,
)
def set_token(id: SessionId, token_hash: bytes, now: datetime, expires_at: datetime) -> None: ...


@rows(
    UserId,
    """
    update core.sessions set ended_at = :now, end_reason = :end_reason, device_token = null
    where id = :id and ended_at is null
    returning user_id
    """,
)
def mark_session_ended(id: SessionId, now: datetime, end_reason: str) -> None: ...


@command(
    """
    with ending as (
        select id from core.sessions
        where user_id = :user and ended_at is null and (:except_session::uuid is null or id <> :except_session)
        order by id for update
    )
    update core.sessions s set ended_at = :now, end_reason = :end_reason, device_token = null
    from ending where s.id = ending.id
    """,
)
def mark_sessions_ended(user: UserId, now: datetime, end_reason: str, except_session: SessionId | None) -> None: ...


@rows(
    LiveSession,
    """
    select s.id, s.user_id, u.role
    from core.sessions s join core.users u on u.id = s.user_id
    where s.id = :id and s.ended_at is null and s.expires_at > :now and u.suspended_at is null
    """,
)
def live_session(id: SessionId, now: datetime) -> None: ...


@rows(
    SessionView,
    """
    select id, method, device_name, device_type, device_token is not null as push, created_at, last_used_at,
           expires_at, id = :current::uuid as current
    from core.sessions
    where user_id = :user and ended_at is null and expires_at > :now and (:after::uuid is null or id < :after)
    order by id desc
    limit :limit
    """,
    proven=("push", "current"),
)
def sessions_for(
    user: UserId, current: SessionId | None, now: datetime, after: SessionId | None, limit: int
) -> None: ...


@rows(SessionId, "select id from core.sessions where id = :id and user_id = :user and ended_at is null for update")
def session_of(id: SessionId, user: UserId) -> None: ...


@rows(
    SessionView,
    """
    update core.sessions set device_name = :device_name, device_type = :device_type, device_token = :device_token
    where id = :id and user_id = :user and ended_at is null
    returning id, method, device_name, device_type, device_token is not null as push, created_at, last_used_at,
              expires_at, true as current
    """,
    proven=("push", "current"),
)
def set_device(
    id: SessionId, user: UserId, device_name: str | None, device_type: str | None, device_token: str | None
) -> None: ...


@command(
    """
    delete from core.sessions where id in (
        select id from core.sessions where expires_at <= :before order by expires_at limit :limit for update skip locked
    )
    """,
)
def forget_sessions(before: datetime, limit: int) -> None: ...


@command(
    """
    delete from core.spent_refresh_tokens where token_hash in (
        select token_hash from core.spent_refresh_tokens where spent_at <= :before limit :limit for update skip locked
    )
    """,
)
def forget_spent_tokens(before: datetime, limit: int) -> None: ...
