"""Passkeys: registered, listed, signed in with."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import JSONBody, PathParameter
from msgspec import Struct

from guildhall.core.identity.actions import passkeys as actions
from guildhall.core.identity.actions.audit import Caller
from guildhall.core.identity.actions.proofs import prove
from guildhall.core.identity.api.answers import session_answer
from guildhall.core.identity.api.bodies import Name, Proof, line
from guildhall.core.identity.api.parameters import AN_ID
from guildhall.core.identity.cookies import Cookies
from guildhall.core.identity.passwords import Passwords
from guildhall.core.identity.queries.passkeys import PasskeyView, passkeys_for
from guildhall.core.identity.schemas import DOORKEEPER, Device, PageSession, Principal, SessionTokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.tokens import AccessTokens, KeyedHash
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.web.problems import documented
from guildhall.web.routes import below

PasskeyId = Annotated[UUID, PathParameter(description="Id of one of the viewer's passkeys", examples=AN_ID)]


class CredentialOptions(Struct, frozen=True, rename={"public_key": "publicKey"}):
    """The options for `navigator.credentials.create` and `get`."""

    public_key: dict[str, Any]


class NewPasskey(Struct, frozen=True):
    """The result of `navigator.credentials.create`, as its `toJSON` writes it, and a name to know it by."""

    name: Name
    credential: dict[str, Any]


class PasskeySignIn(Struct, frozen=True):
    """The result of `navigator.credentials.get`, as its `toJSON` writes it."""

    credential: dict[str, Any]
    device: Device = Device()
    page: bool = False
    """A page of this server's gets cookies in place of tokens."""


class NewName(Struct, frozen=True):
    """The new name."""

    name: Name


class Passkeys(Struct, frozen=True):
    """All passkeys of the account, the newest first."""

    items: list[PasskeyView]


@post("/me/passkeys/options", status_code=200, responses=documented(400, 401, 403, 409))
async def post_passkey_options(
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    passwords: NamedDependency[Passwords],
    keyedhash: NamedDependency[KeyedHash],
    settings: NamedDependency[IdentitySettings],
    data: JSONBody[Proof | None] = None,
) -> CredentialOptions:
    """Begin to register a passkey."""
    proofs = await prove(db, principal, data.password if data is not None else None, passwords, keyedhash, settings)
    async with db.write(principal.viewer) as tx:
        return CredentialOptions(await actions.registration_options(tx, principal, proofs.credentials, settings))


@post("/me/passkeys", responses=documented(400, 401, 403, 409))
async def post_passkey(
    data: JSONBody[NewPasskey],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    settings: NamedDependency[IdentitySettings],
    caller: NamedDependency[Caller],
) -> PasskeyView:
    """Register a passkey."""
    return await actions.register_passkey(db, principal, data.credential, line(data.name), settings, caller)


@get("/me/passkeys", responses=documented(401, 403))
async def get_passkeys(viewer: NamedDependency[Viewer], db: NamedDependency[Database]) -> Passkeys:
    """The passkeys of the account."""
    async with db.read(viewer) as tx:
        return Passkeys(await passkeys_for.many(tx, viewer.id, actions.MOST))


@patch("/me/passkeys/{passkey_id:uuid}", responses=documented(400, 401, 403, 404))
async def patch_passkey(
    passkey_id: PasskeyId, data: JSONBody[NewName], viewer: NamedDependency[Viewer], db: NamedDependency[Database]
) -> PasskeyView:
    """Call a passkey something else."""
    async with db.write(viewer) as tx:
        return await actions.rename_passkey(tx, viewer.id, passkey_id, line(data.name))


@delete("/me/passkeys/{passkey_id:uuid}", responses=documented(400, 401, 403, 404, 409))
async def delete_passkey(
    passkey_id: PasskeyId,
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    caller: NamedDependency[Caller],
) -> None:
    """Forget a passkey, unless nothing else leads into the account."""
    async with db.write(principal.viewer) as tx:
        await actions.drop_passkey(tx, principal, passkey_id, caller)


@post("/auth/passkey/options", status_code=200, responses=documented())
async def post_sign_in_options(
    db: NamedDependency[Database], settings: NamedDependency[IdentitySettings]
) -> CredentialOptions:
    """Begin to sign in with a passkey; the device knows which it has."""
    async with db.write(DOORKEEPER) as tx:
        return CredentialOptions(await actions.sign_in_options(tx, settings))


@post("/auth/passkey", status_code=200, responses=documented(400, 401, 403))
async def post_passkey_sign_in(
    data: JSONBody[PasskeySignIn],
    db: NamedDependency[Database],
    accesstokens: NamedDependency[AccessTokens],
    settings: NamedDependency[IdentitySettings],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    page_cookies: NamedDependency[Cookies],
) -> Response[SessionTokens | PageSession]:
    """Sign in with a passkey, which needs no second factor."""
    if data.page:
        page_cookies.require_own_page(request.headers)
    given = await actions.sign_in_with_passkey(db, data.credential, data.device, accesstokens, settings, caller)
    return session_answer(given, data.page, page_cookies)


routes = below(
    "/api/v1",
    [
        post_passkey_options,
        post_passkey,
        get_passkeys,
        patch_passkey,
        delete_passkey,
        post_sign_in_options,
        post_passkey_sign_in,
    ],
)
