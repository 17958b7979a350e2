"""Sign-ins that are under way at a provider."""

from datetime import datetime
from uuid import UUID

from guildhall.core.identity.schemas import Flow
from guildhall.db.statements import command, rows


@command(
    """
    insert into core.oauth_flows (
        id, provider, state_hash, browser_hash, nonce, verifier, redirect_uri, return_to, scopes, user_id, session_id,
        device_name, device_type, created_at, expires_at
    ) values (:id, :provider, :state_hash, :browser_hash, :nonce, :verifier, :redirect_uri, :return_to, :scopes,
              :user, :session, :device_name, :device_type, :now, :expires_at)
    """,
)
def add_flow(
    id: UUID,
    provider: str,
    state_hash: bytes,
    browser_hash: bytes,
    nonce: str,
    verifier: str,
    redirect_uri: str,
    return_to: str,
    scopes: list[str],
    user: UUID | None,
    session: UUID | None,
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
              device_name, device_type, expires_at
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
