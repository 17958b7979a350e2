"""Sign-up and sign-in with a password, its change and its reset."""

from datetime import timedelta

from msgspec import Struct

from guildhall.core.identity.api_tokens.queries import revoke_api_tokens
from guildhall.core.identity.attempts.actions import (
    address_limits,
    count_try,
    forgive_try,
    may_mail,
    sign_in_limits,
)
from guildhall.core.identity.credentials.actions import drop_what_was_begun, hold_account, prove, still_good
from guildhall.core.identity.credentials.errors import WrongCredentials
from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.core.identity.credentials.queries import hold_for_change, upgrade_password
from guildhall.core.identity.emails.actions import send_link, tell
from guildhall.core.identity.emails.errors import LinkSpent
from guildhall.core.identity.emails.queries import link, take_link, user_of_email
from guildhall.core.identity.passwords import queries
from guildhall.core.identity.passwords.errors import EmailNeeded, PasswordRefused
from guildhall.core.identity.passwords.rules import weakness
from guildhall.core.identity.principals.schemas import DOORKEEPER, Principal
from guildhall.core.identity.principals.tokens import AccessTokens, KeyedHash, token_hash
from guildhall.core.identity.second_factors.actions import begin_second_factor
from guildhall.core.identity.security_events.actions import record
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.sessions.actions import end_sessions, start_session
from guildhall.core.identity.sessions.errors import AccountSuspended
from guildhall.core.identity.sessions.schemas import Device, SessionTokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.pool import Database
from guildhall.ids import UserId, uuid7


class SecondFactorRequired(Struct, frozen=True):
    """The password was right; a code has to follow within `expires_in` seconds, with the challenge."""

    challenge: str
    expires_in: int
    second_factor_required: bool = True

    def __repr__(self) -> str:
        return "SecondFactorRequired(…)"


async def sign_up(
    db: Database,
    email: str,
    password: str,
    name: str,
    passwords: Passwords,
    keyed: KeyedHash,
    settings: IdentitySettings,
    caller: Caller,
) -> None:
    """Make an account that has its address as soon as the mailed link was followed.

    An address that is an account's already gets a mail about it; the requester cannot tell the two cases apart, not
    even by the time they take. Raises PasswordRefused, TooManyTries, HashingBusy.
    """
    if (why := weakness(password, email)) is not None:
        raise PasswordRefused(detail=why)
    async with db.write(DOORKEEPER) as tx:
        await count_try(tx, address_limits(caller, keyed, settings), settings)
    hashed = await passwords.hash(password)
    async with db.write(DOORKEEPER) as tx:
        owner = await user_of_email.one_or_none(tx, email)
        if not await may_mail(tx, email, keyed, settings):
            return
        if owner is not None:
            await tell(tx, owner, "account_exists")
            return
        user_id = UserId(uuid7())
        await queries.add_user.run(tx, user_id, name, hashed, tx.now)
        await send_link(tx, keyed, user_id, "verify_email", email, timedelta(hours=settings.verify_hours))
        await record(tx, "signed_up", "ok", user_id=user_id, caller=caller)


async def sign_in(
    db: Database,
    email: str,
    password: str,
    device: Device,
    passwords: Passwords,
    tokens: AccessTokens,
    keyed: KeyedHash,
    settings: IdentitySettings,
    caller: Caller,
) -> SessionTokens | SecondFactorRequired:
    """Sign in with a password; return a session, or the challenge for the second factor.

    Raises WrongCredentials, with the same text and after the same time for an account that does not exist;
    TooManyTries, AccountSuspended, HashingBusy.
    """
    limits = sign_in_limits(email, caller, keyed, settings)
    async with db.write(DOORKEEPER) as tx:
        await count_try(tx, limits, settings)
        holder = await queries.holder_of_email.one_or_none(tx, email)
    verdict = await passwords.verify(password, holder.password_hash if holder is not None else None)
    refused: WrongCredentials | AccountSuspended | None = None
    async with db.write(DOORKEEPER) as tx:
        if holder is None or not verdict.right:
            refused = WrongCredentials()
            user_id = holder.id if holder is not None else None
            await record(tx, "sign_in", "refused", user_id=user_id, caller=caller, details={"why": "password"})
        elif not await still_good(tx, holder.id, holder.credentials):
            refused = WrongCredentials()  # another password counts since this one was looked at
            await record(tx, "sign_in", "refused", user_id=holder.id, caller=caller, details={"why": "changed"})
        elif holder.suspended:
            refused = AccountSuspended()
            await record(tx, "sign_in", "refused", user_id=holder.id, caller=caller, details={"why": "suspended"})
        else:
            await forgive_try(tx, limits)
            if verdict.new_hash is not None and holder.password_hash is not None:
                await upgrade_password.run(tx, holder.id, holder.password_hash, verdict.new_hash)
            if holder.totp:
                seconds = round(settings.challenge_minutes * 60)
                return SecondFactorRequired(
                    await begin_second_factor(tx, holder.id, holder.credentials, seconds), seconds
                )
            session = await start_session(tx, holder.id, method="password", device=device, tokens=tokens)
            await record(
                tx, "sign_in", "ok", user_id=holder.id, caller=caller, session_id=session.session_id,
                details={"method": "password"},
            )  # fmt: skip
            return session
    raise refused


async def change_password(
    db: Database,
    principal: Principal,
    current: str | None,
    new: str,
    passwords: Passwords,
    keyed: KeyedHash,
    settings: IdentitySettings,
    caller: Caller,
) -> None:
    """Set another password, end all other sessions, and have no mailed link work any more.

    Raises PasswordRefused, SessionEnded, EmailNeeded, ProofNeeded, WrongPassword, TooManyTries, HashingBusy.
    """
    proofs = await prove(db, principal, current, passwords, keyed, settings)
    if proofs.email is None:
        raise EmailNeeded
    if (why := weakness(new, proofs.email)) is not None:
        raise PasswordRefused(detail=why)
    hashed = await passwords.hash(new)
    user_id = principal.viewer.id
    async with db.write(principal.viewer) as tx:
        await hold_account(tx, principal, proofs.credentials)
        await queries.set_password.run(tx, user_id, hashed, tx.now)
        await drop_what_was_begun(tx, user_id)
        ended = await end_sessions(tx, user_id, "password_changed", principal.session)
        await record(
            tx, "password_changed", "ok", user_id=user_id, caller=caller, session_id=principal.session,
            details={"sessions_ended": ended},
        )  # fmt: skip
        await tell(tx, user_id, "password_changed")


async def ask_for_reset(db: Database, email: str, keyed: KeyedHash, settings: IdentitySettings, caller: Caller) -> None:
    """Mail a link that sets a new password, if the address is an account's. Raises TooManyTries for a caller."""
    async with db.write(DOORKEEPER) as tx:
        await count_try(tx, address_limits(caller, keyed, settings), settings)
        user_id = await queries.verified_user_of_email.one_or_none(tx, email)
        if await may_mail(tx, email, keyed, settings) and user_id is not None:
            lifetime = timedelta(minutes=settings.reset_minutes)
            await send_link(tx, keyed, user_id, "reset_password", email, lifetime)
            await record(tx, "password_reset_asked", "ok", user_id=user_id, caller=caller)


async def reset_password(
    db: Database,
    token: str,
    password: str,
    passwords: Passwords,
    keyed: KeyedHash,
    settings: IdentitySettings,
    caller: Caller,
) -> None:
    """Set a new password by a mailed link, and end all sessions, links, API tokens and sign-ins under way.

    Another person may have taken over the account before. Raises LinkSpent, PasswordRefused, HashingBusy.
    """
    hashed = token_hash(token)
    async with db.write(DOORKEEPER) as tx:
        mailed = await link.one_or_none(tx, hashed, tx.now)
    if mailed is None or mailed.purpose != "reset_password" or mailed.email != mailed.current:
        raise LinkSpent
    if (why := weakness(password, mailed.email)) is not None:
        raise PasswordRefused(detail=why)
    new_hash = await passwords.hash(password)
    async with db.write(DOORKEEPER) as tx:
        await hold_for_change.one_or_none(tx, mailed.user_id)
        taken = await take_link.one_or_none(tx, hashed, "reset_password", tx.now)
        if taken is None:
            raise LinkSpent
        user_id, email = taken
        await queries.set_password.run(tx, user_id, new_hash, tx.now)
        await drop_what_was_begun(tx, user_id)
        ended = await end_sessions(tx, user_id, "password_changed")
        revoked = await revoke_api_tokens.run(tx, user_id, tx.now)
        await forgive_try(tx, sign_in_limits(email, caller, keyed, settings))
        details = {"sessions_ended": ended, "api_tokens_revoked": revoked}
        await record(tx, "password_reset", "ok", user_id=user_id, caller=caller, details=details)
        await tell(tx, user_id, "password_reset")
