"""Addresses and the links that prove them."""

from litestar import post
from litestar.di import NamedDependency
from litestar.params import JSONBody
from msgspec import Struct

from guildhall.core.identity.actions import emails as actions
from guildhall.core.identity.actions.audit import Caller
from guildhall.core.identity.actions.credentials import hold_account
from guildhall.core.identity.actions.proofs import prove
from guildhall.core.identity.api.bodies import Email, Password, Token, address
from guildhall.core.identity.mailer import Mailer
from guildhall.core.identity.passwords import Passwords
from guildhall.core.identity.revocations import Revocations
from guildhall.core.identity.schemas import DOORKEEPER, Principal
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.tokens import KeyedHash
from guildhall.db.pool import Database
from guildhall.web.problems import documented
from guildhall.web.routes import below


class EmailChange(Struct, frozen=True):
    """The address to be."""

    email: Email
    password: Password | None = None

    def __repr__(self) -> str:
        return "EmailChange(…)"


class Verification(Struct, frozen=True):
    """A link's token; for a new account also the password that it was made with."""

    token: Token
    password: Password | None = None

    def __repr__(self) -> str:
        return "Verification(…)"


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


@post("/me/email", status_code=202, responses=documented(400, 401, 403))
async def post_email(
    data: JSONBody[EmailChange],
    principal: NamedDependency[Principal],
    db: NamedDependency[Database],
    passwords: NamedDependency[Passwords],
    mailer: NamedDependency[Mailer],
    keyedhash: NamedDependency[KeyedHash],
    settings: NamedDependency[IdentitySettings],
    caller: NamedDependency[Caller],
) -> None:
    """Give the account another address: a link goes there, and the address counts once it was followed."""
    mailer.require()
    email = address(data.email)
    proofs = await prove(db, principal, data.password, passwords, keyedhash, settings)
    async with db.write(DOORKEEPER) as tx:
        await hold_account(tx, principal, proofs.credentials)
        await actions.change_email(tx, principal, email, keyedhash, settings, caller)


@post("/auth/verify-email", status_code=204, responses=documented(400, 401, 403))
async def post_verify_email(
    data: JSONBody[Verification],
    db: NamedDependency[Database],
    passwords: NamedDependency[Passwords],
    keyedhash: NamedDependency[KeyedHash],
    settings: NamedDependency[IdentitySettings],
    caller: NamedDependency[Caller],
) -> None:
    """Confirm an address with the token that was mailed to it."""
    await actions.verify_email(db, data.token, data.password, passwords, keyedhash, settings, caller)


@post("/auth/password-reset", status_code=202, responses=documented(400))
async def post_password_reset(
    data: JSONBody[ResetWish],
    db: NamedDependency[Database],
    mailer: NamedDependency[Mailer],
    keyedhash: NamedDependency[KeyedHash],
    settings: NamedDependency[IdentitySettings],
    caller: NamedDependency[Caller],
) -> None:
    """Mail a link that sets a new password, if the address is an account's; the answer does not tell."""
    mailer.require()
    await actions.ask_for_reset(db, address(data.email), keyedhash, settings, caller)


@post("/auth/password-reset/confirm", status_code=204, responses=documented(400, 422))
async def post_password_reset_confirm(
    data: JSONBody[Reset],
    db: NamedDependency[Database],
    passwords: NamedDependency[Passwords],
    keyedhash: NamedDependency[KeyedHash],
    settings: NamedDependency[IdentitySettings],
    caller: NamedDependency[Caller],
    revocations: NamedDependency[Revocations],
) -> None:
    """Set a new password with the token that was mailed, and sign out everywhere."""
    await actions.reset_password(db, data.token, data.password, passwords, keyedhash, settings, caller)
    await revocations.settle()


routes = below("/api/v1", [post_email, post_verify_email, post_password_reset, post_password_reset_confirm])
