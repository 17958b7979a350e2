"""Sessions and their refresh tokens."""

from datetime import datetime
from uuid import UUID

from guildhall.core.identity.schemas import LiveSession, SessionView, SpentToken, Standing, TokenHolder
from guildhall.db.query import Command, Query

standing = Query(
    Standing,
    "select role, suspended_at from core.users where id = $1 for share",
    UUID,
)

free_device: Query[None] = Query(
    None,
    "select pg_advisory_xact_lock(hashtextextended($1, 7))",
    str,
)

replace_sessions_on_device = Command(
    """
    update core.sessions set ended_at = $3, end_reason = 'replaced', device_token = null
    where device_token = $1 and user_id = $2 and ended_at is null
    """,
    str, UUID, datetime,
)  # fmt: skip

take_device_from_others = Command(
    "update core.sessions set device_token = null where device_token = $1 and id <> $2 and ended_at is null",
    str,
    UUID,
)

add_session = Command(
    """
    insert into core.sessions (
        id, user_id, token_hash, expires_at, created_at, last_used_at, method, device_name, device_type, device_token
    ) values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9)
    """,
    UUID, UUID, bytes, datetime, datetime, str, str | None, str | None, str | None,
)  # fmt: skip

holder_of_token = Query(
    TokenHolder,
    """
    select s.id, s.user_id, s.expires_at, s.ended_at, u.role, u.suspended_at
    from core.sessions s join core.users u on u.id = s.user_id
    where s.token_hash = $1
    for update of s
    """,
    bytes,
    hot=True,
)

spent_token = Query(
    SpentToken,
    """
    select p.session_id, p.user_id, p.spent_at, s.ended_at
    from core.spent_refresh_tokens p join core.sessions s on s.id = p.session_id
    where p.token_hash = $1
    """,
    bytes,
)

spend_token = Command(
    "insert into core.spent_refresh_tokens (token_hash, session_id, user_id, spent_at) values ($1, $2, $3, $4)",
    bytes, UUID, UUID, datetime,
)  # fmt: skip

set_token = Command(
    "update core.sessions set token_hash = $2, last_used_at = $3, expires_at = $4 where id = $1",
    UUID, bytes, datetime, datetime,
)  # fmt: skip

mark_session_ended = Query(
    UUID,
    """
    update core.sessions set ended_at = $2, end_reason = $3, device_token = null
    where id = $1 and ended_at is null
    returning user_id
    """,
    UUID, datetime, str,
)  # fmt: skip

mark_sessions_ended = Command(
    """
    with ending as (
        select id from core.sessions
        where user_id = $1 and ended_at is null and ($4::uuid is null or id <> $4)
        order by id for update
    )
    update core.sessions s set ended_at = $2, end_reason = $3, device_token = null
    from ending where s.id = ending.id
    """,
    UUID, datetime, str, UUID | None,
)  # fmt: skip

live_session = Query(
    LiveSession,
    """
    select s.id, s.user_id, u.role
    from core.sessions s join core.users u on u.id = s.user_id
    where s.id = $1 and s.ended_at is null and s.expires_at > $2 and u.suspended_at is null
    """,
    UUID,
    datetime,
)

sessions_for = Query(
    SessionView,
    """
    select id, method, device_name, device_type, device_token is not null as push, created_at, last_used_at,
           expires_at, id = $2::uuid as current
    from core.sessions
    where user_id = $1 and ended_at is null and expires_at > $3 and ($4::uuid is null or id < $4)
    order by id desc
    limit $5
    """,
    UUID, UUID | None, datetime, UUID | None, int,
    proven=("push", "current"),
)  # fmt: skip

session_of = Query(
    UUID,
    "select id from core.sessions where id = $1 and user_id = $2 and ended_at is null for update",
    UUID,
    UUID,
)

set_device = Query(
    SessionView,
    """
    update core.sessions set device_name = $3, device_type = $4, device_token = $5
    where id = $1 and user_id = $2 and ended_at is null
    returning id, method, device_name, device_type, device_token is not null as push, created_at, last_used_at,
              expires_at, true as current
    """,
    UUID, UUID, str | None, str | None, str | None,
    proven=("push", "current"),
)  # fmt: skip

revoked_since = Query(
    tuple[UUID, datetime],
    "select subject, at from core.revocations where at > $1",
    datetime,
)

notify: Query[None] = Query(None, "select pg_notify($1, $2)", str, str)

forget_sessions = Command(
    """
    delete from core.sessions where id in (
        select id from core.sessions where expires_at <= $1 order by expires_at limit $2 for update skip locked
    )
    """,
    datetime,
    int,
)

forget_spent_tokens = Command(
    """
    delete from core.spent_refresh_tokens where token_hash in (
        select token_hash from core.spent_refresh_tokens where spent_at <= $1 limit $2 for update skip locked
    )
    """,
    datetime,
    int,
)

forget_revocations = Command(
    """
    delete from core.revocations where subject in (
        select subject from core.revocations where at <= $1 order by at limit $2 for update skip locked
    )
    """,
    datetime,
    int,
)
