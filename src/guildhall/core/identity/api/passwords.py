"""Sign-up, sign-in and change of passwords."""

from typing import Any

from litestar import Request, Response, post, put
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from guildhall.core.identity.actions import passwords as actions
from guildhall.core.identity.actions import second_factors
from guildhall.core.identity.actions.audit import Caller
from guildhall.core.identity.actions.passwords import SecondFactorRequired
from guildhall.core.identity.api.answers import session_answer
from guildhall.core.identity.api.bodies import Code, Email, Name, Password, Token, address, line
from guildhall.core.identity.cookies import Cookies
from guildhall.core.identity.mailer import Mailer
from guildhall.core.identity.passwords import Passwords
from guildhall.core.identity.revocations import Revocations
from guildhall.core.identity.schemas import Device, PageSession, Principal, SessionTokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.tokens import AccessTokens, KeyedHash
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database
from guildhall.web.problems import documented
from guildhall.web.routes import below


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


@post("/auth/sign-up", status_code=202, responses=documented(400, 422))
async def post_sign_up(
    data: JSONBody[SignUp],
    db: NamedDependency[Database],
    passwords: NamedDependency[Passwords],
    mailer: NamedDependency[Mailer],
    keyedhash: NamedDependency[KeyedHash],
    settings: NamedDependency[IdentitySettings],
    caller: NamedDependency[Caller],
) -> None:
    """Make an account. The mail that comes says how it goes on; the answer does not tell whether there was one."""
    mailer.require()
    await actions.sign_up(
        db, address(data.email), data.password, line(data.name), passwords, keyedhash, settings, caller
    )


@post("/auth/sign-in", status_code=200, responses=documented(400, 401, 403))
async def post_sign_in(
    data: JSONBody[SignIn],
    db: NamedDependency[Database],
    passwords: NamedDependency[Passwords],
    accesstokens: NamedDependency[AccessTokens],
    keyedhash: NamedDependency[KeyedHash],
    settings: NamedDependency[IdentitySettings],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    page_cookies: NamedDependency[Cookies],
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


@post("/auth/second-factor", status_code=200, responses=documented(400, 401, 403))
async def post_second_factor(
    data: JSONBody[SecondFactor],
    db: NamedDependency[Database],
    vault: NamedDependency[Vault],
    accesstokens: NamedDependency[AccessTokens],
    keyedhash: NamedDependency[KeyedHash],
    settings: NamedDependency[IdentitySettings],
    caller: NamedDependency[Caller],
    request: Request[Any, Any, Any],
    page_cookies: NamedDependency[Cookies],
) -> Response[SessionTokens | PageSession]:
    """Finish a sign-in with the second factor's code or a recovery code."""
    if data.page:
        page_cookies.require_own_page(request.headers)
    given = await second_factors.finish_second_factor(
        db, data.challenge, data.code, data.device, vault, accesstokens, keyedhash, settings, caller
    )
    return session_answer(given, data.page, page_cookies)


@put("/me/password", status_code=204, responses=documented(400, 401, 403, 409, 422))
async def put_password(
    data: JSONBody[PasswordChange],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    passwords: NamedDependency[Passwords],
    keyedhash: NamedDependency[KeyedHash],
    settings: NamedDependency[IdentitySettings],
    caller: NamedDependency[Caller],
    revocations: NamedDependency[Revocations],
) -> None:
    """Change the password, and sign out everywhere else."""
    await actions.change_password(
        db, principal, data.current_password, data.new_password, passwords, keyedhash, settings, caller
    )
    await revocations.settle()


routes = below("/api/v1", [post_sign_up, post_sign_in, post_second_factor, put_password])
