"""API tokens that `guildhall demo` prints: the same at every start, so that what was typed yesterday works today."""

from base64 import urlsafe_b64encode
from uuid import UUID

from guildhall.core.identity.actions.api_tokens import make_api_token
from guildhall.core.identity.queries import api_tokens as queries
from guildhall.core.identity.tokens import API_TOKEN_PREFIX, KeyedHash, token_hash
from guildhall.db.pool import Transaction

_NAME = "demo"
_MOST = 1000


async def demo_token(tx: Transaction, keyed: KeyedHash, user_id: UUID, *scopes: str) -> str:
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
