"""Addresses and the links that prove them."""

from msgspec import Struct

from guildhall.core.identity.credentials.actions import hold_account, prove
from guildhall.core.identity.credentials.errors import ProofNeeded, WrongCredentials, WrongPassword
from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.core.identity.credentials.schemas import Password, Token
from guildhall.core.identity.emails import actions
from guildhall.core.identity.emails.errors import BadEmail, LinkSpent
from guildhall.core.identity.emails.mailer import Mailer
from guildhall.core.identity.emails.rules import address
from guildhall.core.identity.emails.schemas import Email
from guildhall.core.identity.principals.schemas import DOORKEEPER, Principal
from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.pool import Database
from guildhall.pack import WebPart
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


WEB = WebPart(routes=routes)
