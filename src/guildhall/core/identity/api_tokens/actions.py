"""API tokens of machines: made, revoked."""

from base64 import urlsafe_b64encode
from datetime import datetime

from guildhall.core.identity.api_tokens import queries
from guildhall.core.identity.api_tokens.errors import ApiTokenNotFound, TooManyApiTokens
from guildhall.core.identity.api_tokens.schemas import ApiTokenView
from guildhall.core.identity.credentials.queries import lock_user
from guildhall.core.identity.ids import ApiTokenId
from guildhall.core.identity.principals.tokens import API_TOKEN_PREFIX, KeyedHash, random_token, token_hash
from guildhall.core.identity.security_events.actions import record
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7


async def make_api_token(
    tx: Transaction,
    user_id: UserId,
    name: str,
    scopes: frozenset[str],
    expires_at: datetime | None,
    most: int,
    caller: Caller | None,
    token: str | None = None,
) -> tuple[str, ApiTokenView]:
    """Make a token, a random one unless it is given; return it with its stored details. It is never shown again.

    Raises TooManyApiTokens.
    """
    await lock_user.one(tx, user_id)
    if await queries.count_api_tokens.one(tx, user_id) >= most:
        raise TooManyApiTokens(most=most)
    token = token or random_token(API_TOKEN_PREFIX)
    made = await queries.add_api_token.one(
        tx, ApiTokenId(uuid7()), user_id, name, token_hash(token), sorted(scopes), tx.now, expires_at
    )
    await record(
        tx, "api_token_made", "ok", user_id=user_id, caller=caller,
        details={"token": str(made.id), "scopes": " ".join(made.scopes)},
    )  # fmt: skip
    return token, made


async def revoke_api_token(tx: Transaction, user_id: UserId, token_id: ApiTokenId, caller: Caller | None) -> None:
    """End a token at once. Raises ApiTokenNotFound."""
    if not await queries.revoke_api_token.run(tx, token_id, user_id, tx.now):
        raise ApiTokenNotFound(token_id=token_id)
    await record(tx, "api_token_revoked", "ok", user_id=user_id, caller=caller, details={"token": str(token_id)})


_NAME = "demo"


_MOST = 1000


async def demo_token(tx: Transaction, keyed: KeyedHash, user_id: UserId, *scopes: str) -> str:
    """The account's demo token of these scopes, made where it is not there yet.

    It is derived from the installation's secret, and from how many demo tokens of the account were revoked: after a
    revocation there is another one.
    """
    revoked = await queries.count_revoked.one(tx, user_id, _NAME)
    secret = keyed.of("demo token", f"{user_id} {' '.join(sorted(scopes))} {revoked}")
    token = API_TOKEN_PREFIX + urlsafe_b64encode(secret).decode().rstrip("=")
    if not await queries.api_token_there.one(tx, token_hash(token)):
        await make_api_token(tx, user_id, _NAME, frozenset(scopes), None, _MOST, None, token=token)
    return token
