"""The viewer's API tokens, for machines."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from msgspec import Meta, Struct

from guildhall.core.identity.actions import api_tokens as actions
from guildhall.core.identity.actions.audit import Caller
from guildhall.core.identity.actions.credentials import hold_account
from guildhall.core.identity.api.bodies import line
from guildhall.core.identity.api.parameters import AN_ID, After, Limit
from guildhall.core.identity.principal import session_of
from guildhall.core.identity.queries.api_tokens import api_tokens_for
from guildhall.core.identity.revocations import Revocations
from guildhall.core.identity.schemas import ApiTokenView, Principal, ShortName
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.web.problems import documented
from guildhall.web.routes import below

_TOKENS = Cursor("api_tokens", 1, UUID)
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


@post("/me/api-tokens", responses=documented(400, 401, 403, 409))
async def post_api_token(
    data: JSONBody[ApiTokenRequest],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    settings: NamedDependency[IdentitySettings],
    caller: NamedDependency[Caller],
) -> ApiTokenMade:
    """Make a token for a machine. It is shown this once."""
    session_of(principal)  # a token makes no further tokens
    async with db.write(principal.viewer) as tx:
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


@get("/me/api-tokens", responses=documented(400, 401, 403))
async def get_api_tokens(
    viewer: NamedDependency[Viewer], db: NamedDependency[Database], after: After = None, limit: Limit = 50
) -> Page[ApiTokenView]:
    """The tokens that are good or have expired, the newest first."""
    before = _TOKENS.decode_or_none(after)
    async with db.read(viewer) as tx:
        rows = await api_tokens_for.many(tx, viewer.id, before, limit + 1)
    return _TOKENS.page(rows, limit, lambda row: row.id)


@delete("/me/api-tokens/{token_id:uuid}", responses=documented(400, 401, 403, 404))
async def delete_api_token(
    token_id: Annotated[
        UUID,
        PathParameter(
            description="Id of one of the viewer's API tokens",
            examples=AN_ID,
        ),
    ],
    viewer: NamedDependency[Viewer],
    db: NamedDependency[Database],
    caller: NamedDependency[Caller],
    revocations: NamedDependency[Revocations],
) -> None:
    """Revoke a token, at once."""
    async with db.write(viewer) as tx:
        await actions.revoke_api_token(tx, viewer.id, token_id, caller)
    await revocations.settle()


routes = below("/api/v1", [post_api_token, get_api_tokens, delete_api_token])
