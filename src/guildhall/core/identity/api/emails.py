"""Addresses and the links that prove them."""

from msgspec import Struct

from guildhall.core.identity.actions import emails as actions
from guildhall.core.identity.actions.audit import Caller
from guildhall.core.identity.actions.credentials import hold_account
from guildhall.core.identity.actions.proofs import prove
from guildhall.core.identity.api.bodies import Email, Password, Token, address
from guildhall.core.identity.errors import (
    BadEmail,
    LinkSpent,
    PasswordRefused,
    ProofNeeded,
    WrongCredentials,
    WrongPassword,
)
from guildhall.core.identity.mailer import Mailer
from guildhall.core.identity.passwords import Passwords
from guildhall.core.identity.revocations import Revocations
from guildhall.core.identity.schemas import DOORKEEPER, Principal
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.tokens import KeyedHash
from guildhall.db.pool import Database
from guildhall.web.route import PEOPLE, PUBLIC, Routes

routes = Routes("/api/v1")


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


@routes.post("/me/email", scope=PEOPLE, status=202, raises=(BadEmail, ProofNeeded, WrongPassword))
async def post_email(
    data: EmailChange,
    principal: Principal,
    db: Database,
    passwords: Passwords,
    mailer: Mailer,
    keyedhash: KeyedHash,
    settings: IdentitySettings,
    caller: Caller,
) -> None:
    """Give the account another address: a link goes there, and the address counts once it was followed."""
    mailer.require()
    email = address(data.email)
    proofs = await prove(db, principal, data.password, passwords, keyedhash, settings)
    async with db.write(DOORKEEPER) as tx:
        await hold_account(tx, principal, proofs.credentials)
        await actions.change_email(tx, principal, email, keyedhash, settings, caller)


@routes.post("/auth/verify-email", scope=PUBLIC, status=204, raises=(LinkSpent, WrongCredentials, ProofNeeded))
async def post_verify_email(
    data: Verification,
    db: Database,
    passwords: Passwords,
    keyedhash: KeyedHash,
    settings: IdentitySettings,
    caller: Caller,
) -> None:
    """Confirm an address with the token that was mailed to it."""
    await actions.verify_email(db, data.token, data.password, passwords, keyedhash, settings, caller)


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
