"""Sign-up, sign-in and change of passwords."""

from typing import Any

from litestar import Request, Response
from msgspec import Struct

from guildhall.core.identity.actions import passwords as actions
from guildhall.core.identity.actions import second_factors
from guildhall.core.identity.actions.audit import Caller
from guildhall.core.identity.actions.passwords import SecondFactorRequired
from guildhall.core.identity.api.answers import session_answer
from guildhall.core.identity.api.bodies import Code, Email, Name, Password, Token, address, line
from guildhall.core.identity.cookies import Cookies
from guildhall.core.identity.errors import (
    AccountSuspended,
    BadEmail,
    ChallengeSpent,
    CrossSite,
    EmailNeeded,
    PasswordRefused,
    ProofNeeded,
    Unauthenticated,
    WrongCode,
    WrongCredentials,
    WrongPassword,
)
from guildhall.core.identity.mailer import Mailer
from guildhall.core.identity.passwords import Passwords
from guildhall.core.identity.revocations import Revocations
from guildhall.core.identity.schemas import Device, PageSession, Principal, SessionTokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.tokens import AccessTokens, KeyedHash
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database
from guildhall.web.route import PEOPLE, PUBLIC, Routes

routes = Routes("/api/v1")


class SignUp(Struct, frozen=True):
    """The address, password and name of a new account."""

    email: Email
    password: Password
    name: Name

    def __repr__(self) -> str:
        return "SignUp(…)"


class SignIn(Struct, frozen=True):
    """The address and password of a sign-in, and the device."""

    email: Email
    password: Password
    device: Device = Device()
    page: bool = False
    """A page of this server's gets cookies in place of tokens."""

    def __repr__(self) -> str:
        return "SignIn(…)"


class SecondFactor(Struct, frozen=True):
    """The code that follows a password: of the authenticator, or a recovery code."""

    challenge: Token
    code: Code
    device: Device = Device()
    page: bool = False

    def __repr__(self) -> str:
        return "SecondFactor(…)"


class PasswordChange(Struct, frozen=True):
    """The password to be, and the one until now, if there is one."""

    new_password: Password
    current_password: Password | None = None

    def __repr__(self) -> str:
        return "PasswordChange(…)"


@routes.post("/auth/sign-up", scope=PUBLIC, status=202, raises=(BadEmail, PasswordRefused))
async def post_sign_up(
    data: SignUp,
    db: Database,
    passwords: Passwords,
    mailer: Mailer,
    keyedhash: KeyedHash,
    settings: IdentitySettings,
    caller: Caller,
) -> None:
    """Make an account. The mail that comes says how it goes on; the answer does not tell whether there was one."""
    mailer.require()
    await actions.sign_up(
        db, address(data.email), data.password, line(data.name), passwords, keyedhash, settings, caller
    )


@routes.post(
    "/auth/sign-in",
    scope=PUBLIC,
    status=200,
    raises=(BadEmail, Unauthenticated, WrongCredentials, AccountSuspended, CrossSite),
)
async def post_sign_in(
    data: SignIn,
    db: Database,
    passwords: Passwords,
    accesstokens: AccessTokens,
    keyedhash: KeyedHash,
    settings: IdentitySettings,
    caller: Caller,
    request: Request[Any, Any, Any],
    page_cookies: Cookies,
) -> Response[SessionTokens | PageSession | SecondFactorRequired]:
    """Sign in with a password; where the account has a second factor, the answer has a challenge and no tokens."""
    if data.page:
        page_cookies.require_own_page(request.headers)
    given = await actions.sign_in(
        db, address(data.email), data.password, data.device, passwords, accesstokens, keyedhash, settings, caller
    )
    if isinstance(given, SecondFactorRequired):
        return Response(given, headers={"cache-control": "no-store"})
    return session_answer(given, data.page, page_cookies)


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
    given = await second_factors.finish_second_factor(
        db, data.challenge, data.code, data.device, vault, accesstokens, keyedhash, settings, caller
    )
    return session_answer(given, data.page, page_cookies)


@routes.put("/me/password", scope=PEOPLE, status=204, raises=(ProofNeeded, WrongPassword, EmailNeeded, PasswordRefused))
async def put_password(
    data: PasswordChange,
    principal: Principal,
    db: Database,
    passwords: Passwords,
    keyedhash: KeyedHash,
    settings: IdentitySettings,
    caller: Caller,
    revocations: Revocations,
) -> None:
    """Change the password, and sign out everywhere else."""
    await actions.change_password(
        db, principal, data.current_password, data.new_password, passwords, keyedhash, settings, caller
    )
    await revocations.settle()
