"""The people at providers that users are."""

from datetime import datetime

from guildhall.core.identity.ids import FlowId, IdentityId, SessionId
from guildhall.core.identity.sessions.schemas import IdentityView
from guildhall.core.identity.sign_in.schemas import Flow, IdentityRow
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


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
def add_user(id: UserId, name: str, now: datetime) -> None: ...


@rows(
    IdentityView,
    """
    insert into core.identities (id, user_id, provider, subject, name, owner_hash, linked_at, last_used_at)
    values (:id, :user, :provider, :subject, :name, :owner_hash, :now, :now)
    returning id, provider, subject, name, linked_at, last_used_at
    """,
)
def add_identity(
    id: IdentityId, user: UserId, provider: str, subject: str, name: str, owner_hash: str | None, now: datetime
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
def note_identity_use(id: IdentityId, name: str, owner_hash: str | None, now: datetime) -> None: ...


@rows(
    IdentityView,
    """
    delete from core.identities where id = :id and user_id = :user
    returning id, provider, subject, name, linked_at, last_used_at
    """,
)
def remove_identity(id: IdentityId, user: UserId) -> None: ...


@rows(
    IdentityView,
    """
    select id, provider, subject, name, linked_at, last_used_at
    from core.identities where user_id = :user order by id
    """,
)
def identities_for(user: UserId) -> None: ...


@rows(int, "select count(*) from core.identities where user_id = :user")
def count_identities(user: UserId) -> None: ...


@command(
    """
    insert into core.oauth_flows (
        id, provider, state_hash, browser_hash, nonce, verifier, redirect_uri, return_to, scopes, user_id, session_id,
        device_name, device_type, created_at, expires_at, credentials
    ) values (:id, :provider, :state_hash, :browser_hash, :nonce, :verifier, :redirect_uri, :return_to, :scopes,
              :user, :session, :device_name, :device_type, :now, :expires_at,
              (select credentials from core.users where id = :user))
    """,
)
def add_flow(
    id: FlowId,
    provider: str,
    state_hash: bytes,
    browser_hash: bytes,
    nonce: str,
    verifier: str,
    redirect_uri: str,
    return_to: str,
    scopes: list[str],
    user: UserId | None,
    session: SessionId | None,
    device_name: str | None,
    device_type: str | None,
    now: datetime,
    expires_at: datetime,
) -> None: ...


@rows(
    Flow,
    """
    delete from core.oauth_flows where state_hash = :state_hash
    returning id, provider, browser_hash, nonce, verifier, redirect_uri, return_to, user_id, session_id,
              device_name, device_type, created_at, expires_at, credentials
    """,
)
def take_flow(state_hash: bytes) -> None: ...


@rows(
    str,
    """
    select return_to from core.oauth_flows
    where state_hash = :state_hash and provider = :provider and expires_at > :now
    """,
)
def flow_return(state_hash: bytes, provider: str, now: datetime) -> None: ...


@command(
    """
    delete from core.oauth_flows where id in (
        select id from core.oauth_flows where expires_at <= :before order by expires_at limit :limit
        for update skip locked
    )
    """,
)
def forget_flows(before: datetime, limit: int) -> None: ...
