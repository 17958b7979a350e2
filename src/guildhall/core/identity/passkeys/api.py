"""Passkeys: registered, listed, signed in with."""

from typing import Annotated, Any

from litestar import Request, Response
from litestar.params import PathParameter
from msgspec import Struct

from guildhall.core.identity.credentials.actions import prove
from guildhall.core.identity.credentials.errors import ChallengeSpent, LastWayIn, ProofNeeded, WrongPassword
from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.core.identity.credentials.schemas import Proof
from guildhall.core.identity.ids import PasskeyId
from guildhall.core.identity.passkeys import actions
from guildhall.core.identity.passkeys.errors import PasskeyKnown, PasskeyNotFound, PasskeyRefused, TooManyPasskeys
from guildhall.core.identity.passkeys.queries import PasskeyView, passkeys_for
from guildhall.core.identity.principals.errors import Unauthenticated
from guildhall.core.identity.principals.parameters import AN_ID
from guildhall.core.identity.principals.rules import line
from guildhall.core.identity.principals.schemas import DOORKEEPER, Name, Principal
from guildhall.core.identity.principals.tokens import AccessTokens, KeyedHash
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.sessions.answers import session_answer
from guildhall.core.identity.sessions.cookies import Cookies
from guildhall.core.identity.sessions.errors import AccountSuspended, CrossSite
from guildhall.core.identity.sessions.schemas import Device, PageSession, SessionTokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.pack import WebPart
from guildhall.web.route import PEOPLE, PUBLIC, Read, Routes, Write

routes = Routes("/api/v1")

PathPasskeyId = Annotated[PasskeyId, PathParameter(description="Id of one of the viewer's passkeys", examples=AN_ID)]


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


@routes.post("/me/passkeys/options", scope=PEOPLE, status=200, raises=(ProofNeeded, WrongPassword, TooManyPasskeys))
async def post_passkey_options(
    principal: Principal,
    db: Database,
    passwords: Passwords,
    keyedhash: KeyedHash,
    settings: IdentitySettings,
    data: Proof | None = None,
) -> CredentialOptions:
    """Begin to register a passkey."""
    proofs = await prove(db, principal, data.password if data is not None else None, passwords, keyedhash, settings)
    async with db.write(principal.viewer) as tx:
        return CredentialOptions(await actions.registration_options(tx, principal, proofs.credentials, settings))


@routes.post(
    "/me/passkeys", scope=PEOPLE, raises=(ChallengeSpent, PasskeyRefused, ProofNeeded, PasskeyKnown, TooManyPasskeys)
)
async def post_passkey(
    data: NewPasskey, principal: Principal, db: Database, settings: IdentitySettings, caller: Caller
) -> PasskeyView:
    """Register a passkey."""
    return await actions.register_passkey(db, principal, data.credential, line(data.name), settings, caller)


@routes.get("/me/passkeys", scope=PEOPLE)
async def get_passkeys(viewer: Viewer, tx: Read) -> Passkeys:
    """The passkeys of the account."""
    return Passkeys(await passkeys_for.many(tx, viewer.id, actions.MOST))


@routes.patch("/me/passkeys/{passkey_id:uuid}", scope=PEOPLE, raises=(PasskeyNotFound,))
async def patch_passkey(passkey_id: PathPasskeyId, data: NewName, viewer: Viewer, tx: Write) -> PasskeyView:
    """Call a passkey something else."""
    return await actions.rename_passkey(tx, viewer.id, passkey_id, line(data.name))


@routes.delete("/me/passkeys/{passkey_id:uuid}", scope=PEOPLE, raises=(ProofNeeded, PasskeyNotFound, LastWayIn))
async def delete_passkey(passkey_id: PathPasskeyId, principal: Principal, tx: Write, caller: Caller) -> None:
    """Forget a passkey, unless nothing else leads into the account."""
    await actions.drop_passkey(tx, principal, passkey_id, caller)


@routes.post("/auth/passkey/options", scope=PUBLIC, status=200)
async def post_sign_in_options(db: Database, settings: IdentitySettings) -> CredentialOptions:
    """Begin to sign in with a passkey; the device knows which it has."""
    async with db.write(DOORKEEPER) as tx:
        return CredentialOptions(await actions.sign_in_options(tx, settings))


@routes.post(
    "/auth/passkey",
    scope=PUBLIC,
    status=200,
    raises=(ChallengeSpent, PasskeyRefused, Unauthenticated, AccountSuspended, CrossSite),
)
async def post_passkey_sign_in(
    data: PasskeySignIn,
    db: Database,
    accesstokens: AccessTokens,
    settings: IdentitySettings,
    caller: Caller,
    request: Request[Any, Any, Any],
    page_cookies: Cookies,
) -> Response[SessionTokens | PageSession]:
    """Sign in with a passkey, which needs no second factor."""
    if data.page:
        page_cookies.require_own_page(request.headers)
    given = await actions.sign_in_with_passkey(db, data.credential, data.device, accesstokens, settings, caller)
    return session_answer(given, data.page, page_cookies)


WEB = WebPart(routes=routes)
