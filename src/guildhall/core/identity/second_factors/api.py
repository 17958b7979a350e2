"""The second factor: turned on and off, and shown at a sign-in."""

from typing import Any

from litestar import Request, Response
from msgspec import Struct

from guildhall.core.identity.credentials.actions import hold_account, prove
from guildhall.core.identity.credentials.errors import ChallengeSpent, ProofNeeded, WrongPassword
from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.core.identity.credentials.schemas import Code, Password, Proof, Token
from guildhall.core.identity.principals.errors import Unauthenticated
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.identity.principals.tokens import AccessTokens, KeyedHash
from guildhall.core.identity.second_factors import actions
from guildhall.core.identity.second_factors.actions import TotpSecret
from guildhall.core.identity.second_factors.errors import TotpAlreadyOn, TotpNotBegun, WrongCode
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.sessions.answers import session_answer
from guildhall.core.identity.sessions.cookies import Cookies
from guildhall.core.identity.sessions.errors import AccountSuspended, CrossSite
from guildhall.core.identity.sessions.schemas import Device, PageSession, SessionTokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database
from guildhall.pack import WebPart
from guildhall.web.route import PEOPLE, PUBLIC, Routes

routes = Routes("/api/v1")


class ShownCode(Struct, frozen=True):
    """A code of the authenticator, or a recovery code."""

    code: Code

    def __repr__(self) -> str:
        return "ShownCode(…)"


class CodeOrPassword(Struct, frozen=True):
    """Either proves who it is; a code goes first."""

    code: Code | None = None
    password: Password | None = None

    def __repr__(self) -> str:
        return "CodeOrPassword(…)"


class RecoveryCodes(Struct, frozen=True):
    """Codes for the day that the device is lost: each works once, and they are not shown again."""

    recovery_codes: list[str]

    def __repr__(self) -> str:
        return "RecoveryCodes(…)"


@routes.post("/me/totp", scope=PEOPLE, raises=(ProofNeeded, WrongPassword, TotpAlreadyOn))
async def post_totp(
    principal: Principal,
    db: Database,
    passwords: Passwords,
    vault: Vault,
    keyedhash: KeyedHash,
    settings: IdentitySettings,
    data: Proof | None = None,
) -> TotpSecret:
    """Begin with a second factor: what an authenticator is set up with. It counts once a code was confirmed."""
    password = data.password if data is not None else None
    proofs = await prove(db, principal, password, passwords, keyedhash, settings)
    async with db.write(principal.viewer) as tx:
        await hold_account(tx, principal, proofs.credentials)
        return await actions.begin_totp(tx, principal, vault, settings)


@routes.post("/me/totp/confirm", scope=PEOPLE, status=200, raises=(WrongCode, ProofNeeded, TotpAlreadyOn, TotpNotBegun))
async def post_totp_confirm(
    data: ShownCode,
    principal: Principal,
    db: Database,
    vault: Vault,
    keyedhash: KeyedHash,
    settings: IdentitySettings,
    caller: Caller,
) -> RecoveryCodes:
    """Turn the second factor on with a code of it."""
    codes = await actions.confirm_totp(db, principal, data.code, vault, keyedhash, settings, caller)
    return RecoveryCodes(codes)


@routes.post("/me/totp/recovery-codes", scope=PEOPLE, raises=(WrongCode, ProofNeeded, TotpNotBegun))
async def post_recovery_codes(
    data: ShownCode,
    principal: Principal,
    db: Database,
    vault: Vault,
    keyedhash: KeyedHash,
    settings: IdentitySettings,
    caller: Caller,
) -> RecoveryCodes:
    """New recovery codes; the former ones do not work any more."""
    proven = await actions.show_code(db, principal, data.code, vault, keyedhash, settings)
    async with db.write(principal.viewer) as tx:
        await hold_account(tx, principal, proven)
        return RecoveryCodes(await actions.renew_recovery_codes(tx, principal, caller))


@routes.delete("/me/totp", scope=PEOPLE, status=204, raises=(WrongCode, ProofNeeded, WrongPassword, TotpNotBegun))
async def delete_totp(
    data: CodeOrPassword,
    principal: Principal,
    db: Database,
    passwords: Passwords,
    vault: Vault,
    keyedhash: KeyedHash,
    settings: IdentitySettings,
    caller: Caller,
) -> None:
    """Turn the second factor off, with a code of it or the password."""
    if data.code is not None:
        proven = await actions.show_code(db, principal, data.code, vault, keyedhash, settings)
    else:
        proven = (await prove(db, principal, data.password, passwords, keyedhash, settings)).credentials
    async with db.write(principal.viewer) as tx:
        await hold_account(tx, principal, proven)
        await actions.turn_off_totp(tx, principal.viewer.id, caller, principal.session)


class SecondFactor(Struct, frozen=True):
    """The code that follows a password: of the authenticator, or a recovery code."""

    challenge: Token
    code: Code
    device: Device = Device()
    page: bool = False

    def __repr__(self) -> str:
        return "SecondFactor(…)"


@routes.post(
    "/auth/second-factor",
    scope=PUBLIC,
    status=200,
    raises=(ChallengeSpent, Unauthenticated, WrongCode, AccountSuspended, CrossSite),
)
async def post_second_factor(
    data: SecondFactor,
    db: Database,
    vault: Vault,
    accesstokens: AccessTokens,
    keyedhash: KeyedHash,
    settings: IdentitySettings,
    caller: Caller,
    request: Request[Any, Any, Any],
    page_cookies: Cookies,
) -> Response[SessionTokens | PageSession]:
    """Finish a sign-in with the second factor's code or a recovery code."""
    if data.page:
        page_cookies.require_own_page(request.headers)
    given = await actions.finish_second_factor(
        db, data.challenge, data.code, data.device, vault, accesstokens, keyedhash, settings, caller
    )
    return session_answer(given, data.page, page_cookies)


WEB = WebPart(routes=routes)
