"""Addresses: links that prove them, and mails about the account."""

import base64
from datetime import timedelta
from uuid import UUID

import asyncpg

from guildhall.core.identity.attempts.actions import (
    count_try,
    forgive_try,
    may_mail,
    proof_limits,
)
from guildhall.core.identity.credentials.errors import ProofNeeded, WrongCredentials
from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.core.identity.credentials.queries import drop_all_links, hold_for_change
from guildhall.core.identity.emails import queries
from guildhall.core.identity.emails.errors import LinkSpent
from guildhall.core.identity.emails.messages import MailKind, SendAccountMail, SendTokenMail
from guildhall.core.identity.principals.schemas import DOORKEEPER, Principal
from guildhall.core.identity.principals.tokens import KeyedHash, token_hash
from guildhall.core.identity.security_events.actions import record
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.jobs.actions import send
from guildhall.db.pool import Database, Transaction
from guildhall.ids import UserId, uuid7


def link_token(keyed: KeyedHash, mail_id: UUID) -> str:
    """The secret of a mail's link. Only the server's key makes it from the id: the queue carries the id alone."""
    return base64.urlsafe_b64encode(keyed.of("mail link", mail_id.hex)).decode().rstrip("=")


async def send_link(
    tx: Transaction, keyed: KeyedHash, user_id: UserId, purpose: queries.Purpose, email: str, lifetime: timedelta
) -> None:
    """Queue the mail of a single-use link; earlier links of the same purpose stop working."""
    mail_id = uuid7()
    await queries.drop_links.run(tx, user_id, purpose)
    await queries.add_link.run(
        tx, token_hash(link_token(keyed, mail_id)), user_id, purpose, email, tx.now, tx.now + lifetime
    )
    await send(tx, SendTokenMail(mail_id))


async def tell(tx: Transaction, user_id: UserId, kind: MailKind) -> None:
    """Send a mail to a user about a change of the account, if mail is configured."""
    await send(tx, SendAccountMail(uuid7(), user_id, kind))


async def change_email(
    tx: Transaction, principal: Principal, email: str, keyed: KeyedHash, settings: IdentitySettings, caller: Caller
) -> None:
    """Mail a link to a new address; the account has it when the link was followed. The account must be locked.

    Needs a transaction of the DOORKEEPER. An address that is another account's is reported to that account's owner
    only.
    """
    user_id = principal.viewer.id
    owner = await queries.user_of_email.one_or_none(tx, email)
    if not await may_mail(tx, email, keyed, settings):
        return
    if owner is not None and owner != user_id:
        await tell(tx, owner, "address_in_use")
    else:
        await send_link(tx, keyed, user_id, "verify_email", email, timedelta(hours=settings.verify_hours))
    await tell(tx, user_id, "email_changing")
    await record(tx, "email_changing", "ok", user_id=user_id, caller=caller, session_id=principal.session)


async def verify_email(
    db: Database,
    token: str,
    password: str | None,
    passwords: Passwords,
    keyed: KeyedHash,
    settings: IdentitySettings,
    caller: Caller,
) -> None:
    """Give an account the address that its link went to.

    A new account also needs its password: a person who signs up with another's address and has the owner follow the
    link gains nothing by it. Raises LinkSpent, ProofNeeded, WrongCredentials, TooManyTries, HashingBusy.
    """
    hashed = token_hash(token)
    async with db.write(DOORKEEPER) as tx:
        link = await queries.link.one_or_none(tx, hashed, tx.now)
        if link is None or link.purpose != "verify_email":
            raise LinkSpent
        signs_up = link.current is None and link.password_hash is not None
        limits = proof_limits("verify", link.user_id, keyed, settings)
        if signs_up:
            if password is None:
                raise ProofNeeded(detail="Give the password that you signed up with.")
            await count_try(tx, limits, settings)
    if signs_up and not (await passwords.verify(password or "", link.password_hash)).right:
        raise WrongCredentials
    try:
        async with db.write(DOORKEEPER) as tx:
            await hold_for_change.one_or_none(tx, link.user_id)  # before its links, as every change does
            taken = await queries.take_link.one_or_none(tx, hashed, "verify_email", tx.now)
            if taken is None:
                raise LinkSpent
            await queries.set_email.run(tx, *taken, tx.now)
            await drop_all_links.run(tx, taken[0])  # they went to the former address
            await forgive_try(tx, limits)
            await record(tx, "email_verified", "ok", user_id=taken[0], caller=caller)
    except asyncpg.UniqueViolationError:  # another account has proven it meanwhile
        raise LinkSpent from None
