"""The viewer's API tokens, for machines."""

from datetime import timedelta
from typing import Annotated

from litestar.params import PathParameter
from msgspec import Meta, Struct

from guildhall.core.identity.api_tokens import actions
from guildhall.core.identity.api_tokens.errors import ApiTokenNotFound, TooManyApiTokens
from guildhall.core.identity.api_tokens.queries import api_tokens_for
from guildhall.core.identity.api_tokens.schemas import ApiTokenView
from guildhall.core.identity.credentials.actions import hold_account
from guildhall.core.identity.credentials.errors import ProofNeeded
from guildhall.core.identity.ids import ApiTokenId
from guildhall.core.identity.principals.parameters import AN_ID
from guildhall.core.identity.principals.permissions import session_of
from guildhall.core.identity.principals.revocations import Revocations
from guildhall.core.identity.principals.rules import line
from guildhall.core.identity.principals.schemas import Principal, ShortName
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.pack import WebPart
from guildhall.web.route import PEOPLE, Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1")

PathTokenId = Annotated[ApiTokenId, PathParameter(description="Id of one of the viewer's API tokens", examples=AN_ID)]

_TOKENS = Cursor("api_tokens", 1, ApiTokenId)
Scope = Annotated[str, Meta(pattern=r"^[a-z0-9_]{1,40}:[a-z0-9_.]{1,60}$", examples=["eve:read"])]


class ApiTokenRequest(Struct, frozen=True):
    """A token to make. Scopes are those that routes name, such as `eve:read`; without days it does not expire."""

    name: ShortName
    scopes: Annotated[list[Scope], Meta(min_length=1, max_length=50)]
    days: Annotated[int, Meta(ge=1, le=3650)] | None = 90


class ApiTokenMade(Struct, frozen=True):
    """The token, told this once, and what is remembered of it."""

    token: str
    details: ApiTokenView

    def __repr__(self) -> str:
        return f"ApiTokenMade({self.details.id})"


@routes.post("/me/api-tokens", scope=PEOPLE, raises=(ProofNeeded, TooManyApiTokens))
async def post_api_token(
    data: ApiTokenRequest, principal: Principal, tx: Write, settings: IdentitySettings, caller: Caller
) -> ApiTokenMade:
    """Make a token for a machine. It is shown this once."""
    session_of(principal)  # a token makes no further tokens
    await hold_account(tx, principal)
    expires_at = tx.now + timedelta(days=data.days) if data.days is not None else None
    token, made = await actions.make_api_token(
        tx,
        principal.viewer.id,
        line(data.name),
        frozenset(data.scopes),
        expires_at,
        settings.api_tokens_most,
        caller,
    )
    return ApiTokenMade(token, made)


@routes.get("/me/api-tokens", scope=PEOPLE, pages=Pages(_TOKENS, 50))
async def get_api_tokens(viewer: Viewer, tx: Read, asked: Asked[ApiTokenId]) -> Page[ApiTokenView]:
    """The tokens that are good or have expired, the newest first."""
    before = asked.after
    rows = await api_tokens_for.many(tx, viewer.id, before, asked.rows)
    return _TOKENS.page(rows, asked.limit, lambda row: row.id)


@routes.delete("/me/api-tokens/{token_id:uuid}", scope=PEOPLE, raises=(ApiTokenNotFound,))
async def delete_api_token(
    token_id: PathTokenId,
    viewer: Viewer,
    db: Database,
    caller: Caller,
    revocations: Revocations,
) -> None:
    """Revoke a token, at once."""
    async with db.write(viewer) as tx:
        await actions.revoke_api_token(tx, viewer.id, token_id, caller)
    await revocations.settle()


WEB = WebPart(routes=routes)
