"""Sign-up, sign-in, change and reset of passwords."""

from typing import Any

from litestar import Request, Response
from msgspec import Struct

from guildhall.core.identity.credentials.errors import ProofNeeded, WrongCredentials, WrongPassword
from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.core.identity.credentials.schemas import Password, Token
from guildhall.core.identity.emails.errors import BadEmail, LinkSpent
from guildhall.core.identity.emails.mailer import Mailer
from guildhall.core.identity.emails.rules import address
from guildhall.core.identity.emails.schemas import Email
from guildhall.core.identity.passwords import actions
from guildhall.core.identity.passwords.actions import SecondFactorRequired
from guildhall.core.identity.passwords.errors import EmailNeeded, PasswordRefused
from guildhall.core.identity.principals.errors import Unauthenticated
from guildhall.core.identity.principals.revocations import Revocations
from guildhall.core.identity.principals.rules import line
from guildhall.core.identity.principals.schemas import Name, Principal
from guildhall.core.identity.principals.tokens import AccessTokens, KeyedHash
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.sessions.answers import session_answer
from guildhall.core.identity.sessions.cookies import Cookies
from guildhall.core.identity.sessions.errors import AccountSuspended, CrossSite
from guildhall.core.identity.sessions.schemas import Device, PageSession, SessionTokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.pool import Database
from guildhall.pack import WebPart
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


class ResetWish(Struct, frozen=True):
    """The account whose password is forgotten."""

    email: Email

    def __repr__(self) -> str:
        return "ResetWish(…)"


class Reset(Struct, frozen=True):
    """A link's token, and the password to be."""

    token: Token
    password: Password

    def __repr__(self) -> str:
        return "Reset(…)"


@routes.post("/auth/password-reset", scope=PUBLIC, status=202, raises=(BadEmail,))
async def post_password_reset(
    data: ResetWish, db: Database, mailer: Mailer, keyedhash: KeyedHash, settings: IdentitySettings, caller: Caller
) -> None:
    """Mail a link that sets a new password, if the address is an account's; the answer does not tell."""
    mailer.require()
    await actions.ask_for_reset(db, address(data.email), keyedhash, settings, caller)


@routes.post("/auth/password-reset/confirm", scope=PUBLIC, status=204, raises=(LinkSpent, PasswordRefused))
async def post_password_reset_confirm(
    data: Reset,
    db: Database,
    passwords: Passwords,
    keyedhash: KeyedHash,
    settings: IdentitySettings,
    caller: Caller,
    revocations: Revocations,
) -> None:
    """Set a new password with the token that was mailed, and sign out everywhere."""
    await actions.reset_password(db, data.token, data.password, passwords, keyedhash, settings, caller)
    await revocations.settle()


WEB = WebPart(routes=routes)
