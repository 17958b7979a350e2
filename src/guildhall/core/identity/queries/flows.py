"""Sign-ins that are under way at a provider."""

from datetime import datetime
from uuid import UUID

from guildhall.core.identity.schemas import Flow
from guildhall.db.query import Command, Query

add_flow = Command(
    """
    insert into core.oauth_flows (
        id, provider, state_hash, browser_hash, nonce, verifier, redirect_uri, return_to, scopes, user_id, session_id,
        device_name, device_type, created_at, expires_at
    ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
    """,
    UUID, str, bytes, bytes, str, str, str, str, list[str], UUID | None, UUID | None, str | None, str | None,
    datetime, datetime,
)  # fmt: skip

take_flow = Query(
    Flow,
    """
    delete from core.oauth_flows where state_hash = $1
    returning id, provider, browser_hash, nonce, verifier, redirect_uri, return_to, user_id, session_id,
              device_name, device_type, expires_at
    """,
    bytes,
)

flow_return = Query(
    str,
    "select return_to from core.oauth_flows where state_hash = $1 and provider = $2 and expires_at > $3",
    bytes,
    str,
    datetime,
)

forget_flows = Command(
    """
    delete from core.oauth_flows where id in (
        select id from core.oauth_flows where expires_at <= $1 order by expires_at limit $2 for update skip locked
    )
    """,
    datetime,
    int,
)
