"""The viewer's identities at providers."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter

from guildhall.core.identity.actions.audit import Caller
from guildhall.core.identity.actions.credentials import hold_account
from guildhall.core.identity.actions.flows import Flows, Wish
from guildhall.core.identity.actions.identities import unlink_identity
from guildhall.core.identity.api.parameters import AN_ID
from guildhall.core.identity.api.sign_in import ProviderName, Started, StartRequest, binding_of
from guildhall.core.identity.cookies import Cookies
from guildhall.core.identity.principal import session_of
from guildhall.core.identity.queries.identities import identities_for
from guildhall.core.identity.schemas import Device, IdentityView, Principal
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.web.problems import documented
from guildhall.web.routes import below


@get("/me/identities", responses=documented(401, 403))
async def get_identities(viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> list[IdentityView]:
    """All identities, the oldest first; the settings bound how many there can be."""
    async with db.read(viewer) as tx:
        return await identities_for.many(tx, viewer.id)


@post(
    "/me/identities/{provider:str}/start",
    status_code=200,
    responses=documented(400, 401, 403, 404, 409),
)
async def post_link(
    provider: ProviderName,
    data: JSONBody[StartRequest],
    request: Request[Any, Any, Any],
    principal: NamedDependency[Principal],
    settings: NamedDependency[IdentitySettings],
    flows: NamedDependency[Flows],
    page_cookies: NamedDependency[Cookies],
) -> Response[Started]:
    """Begin to link a further identity. It ends as a sign-in does, and wants the same browser or app."""
    session_id = session_of(principal)
    binding, browser = binding_of(data, request, settings, page_cookies)
    wish = Wish(provider, binding, data.return_to, Device(), principal.viewer.id, session_id)
    answer = Response(Started(await flows.begin(wish)), headers={"cache-control": "no-store"})
    if browser is not None:
        answer.set_cookie(page_cookies.cookie(page_cookies.flow, browser, int(settings.flow_minutes * 60)))
    return answer


@delete("/me/identities/{identity_id:uuid}", responses=documented(400, 401, 403, 404, 409))
async def delete_identity(
    identity_id: Annotated[
        UUID,
        PathParameter(
            description="Id of one of the viewer's identities",
            examples=AN_ID,
        ),
    ],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    caller: NamedDependency[Caller],
) -> None:
    """Unlink an identity. The last way to sign in stays."""
    async with db.write(principal.viewer) as tx:
        await hold_account(tx, principal)
        await unlink_identity(tx, principal.viewer.id, identity_id, caller)


routes = below("/api/v1", [get_identities, post_link, delete_identity])
