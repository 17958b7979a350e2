"""The viewer's identities at providers."""

from typing import Annotated, Any

from litestar import Request, Response
from litestar.params import PathParameter

from guildhall.core.identity.credentials.actions import hold_account
from guildhall.core.identity.credentials.errors import LastWayIn, ProofNeeded
from guildhall.core.identity.ids import IdentityId
from guildhall.core.identity.principals.parameters import AN_ID
from guildhall.core.identity.principals.permissions import session_of
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.sessions.cookies import Cookies
from guildhall.core.identity.sessions.schemas import Device, IdentityView
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.sign_in.actions.flows import Flows, Wish
from guildhall.core.identity.sign_in.actions.identities import unlink_identity
from guildhall.core.identity.sign_in.api.sign_in import ProviderName, Started, StartRequest, binding_of, remembered
from guildhall.core.identity.sign_in.errors import BadReturn, IdentityNotFound, ProviderUnknown
from guildhall.core.identity.sign_in.queries import identities_for
from guildhall.db.policies import Viewer
from guildhall.web.route import PEOPLE, Read, Routes, Write

routes = Routes("/api/v1")

PathIdentityId = Annotated[
    IdentityId, PathParameter(description="Id of one of the viewer's identities", examples=AN_ID)
]


@routes.get("/me/identities", scope=PEOPLE)
async def get_identities(viewer: Viewer, tx: Read) -> list[IdentityView]:
    """All identities, the oldest first; the settings bound how many there can be."""
    return await identities_for.many(tx, viewer.id)


@routes.post("/me/identities/{provider:str}/start", scope=PEOPLE, status=200, raises=(BadReturn, ProviderUnknown))
async def post_link(
    provider: ProviderName,
    data: StartRequest,
    request: Request[Any, Any, Any],
    principal: Principal,
    settings: IdentitySettings,
    flows: Flows,
    page_cookies: Cookies,
) -> Response[Started]:
    """Begin to link a further identity. It ends as a sign-in does, and wants the same browser or app."""
    session_id = session_of(principal)
    binding, browser = binding_of(data, request, settings, page_cookies)
    wish = Wish(provider, binding, data.return_to, Device(), principal.viewer.id, session_id)
    answer = Response(Started(await flows.begin(wish)), headers={"cache-control": "no-store"})
    return remembered(answer, browser, page_cookies, settings)


@routes.delete("/me/identities/{identity_id:uuid}", scope=PEOPLE, raises=(ProofNeeded, IdentityNotFound, LastWayIn))
async def delete_identity(
    identity_id: PathIdentityId,
    principal: Principal,
    tx: Write,
    caller: Caller,
) -> None:
    """Unlink an identity. The last way to sign in stays."""
    await hold_account(tx, principal)
    await unlink_identity(tx, principal.viewer.id, identity_id, caller)
