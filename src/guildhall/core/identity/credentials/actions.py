"""Changes of credentials while sign-ins are under way: the second always sees what the first has done.

A change locks the account's row before it looks and writes. A sign-in takes the same row for its last step, with the
number of the credentials that it began with. So a sign-in with a former password either has its session before the
change ends all sessions, or gets none.

A sign-in at a provider, or with a passkey, tells only at its end whose it is. It goes by the time that it began at.
"""

from datetime import datetime, timedelta

from guildhall.core.identity.attempts.actions import count_try, forgive_try, proof_limits
from guildhall.core.identity.credentials import queries
from guildhall.core.identity.credentials.errors import ProofNeeded, WrongPassword
from guildhall.core.identity.credentials.passwords import Passwords
from guildhall.core.identity.credentials.queries import Proofs, drop_all_links, proofs_for, upgrade_password
from guildhall.core.identity.principals.errors import SessionEnded, Unauthenticated
from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.pool import Database, Transaction
from guildhall.ids import UserId


async def hold_account(tx: Transaction, principal: Principal, proven: int | None = None) -> int:
    """Lock the account for a change of how it is entered, by somebody who is still signed in.

    Returns the present number of the credentials. `proven` is the number that a proof was made with. Raises
    Unauthenticated for an account that is gone, SessionEnded for a session or token that has ended since the request
    began, ProofNeeded.
    """
    present = await queries.hold_for_change.one_or_none(tx, principal.viewer.id)
    if present is None:
        raise Unauthenticated(detail="There is no such account.")
    if principal.session is not None:
        if await queries.session_lives.one_or_none(tx, principal.session, tx.now) is None:
            raise SessionEnded
    elif principal.token is not None and await queries.token_lives.one_or_none(tx, principal.token, tx.now) is None:
        raise SessionEnded(detail="The API token was revoked.")
    if proven is not None and proven != present:
        raise ProofNeeded(detail="The password or the second factor has changed meanwhile; prove again that it is you.")
    return present


async def drop_what_was_begun(tx: Transaction, user_id: UserId) -> None:
    """End what was begun with the former password: mailed links and a second factor that is not confirmed yet."""
    await drop_all_links.run(tx, user_id)
    await queries.drop_second_factor_begun.run(tx, user_id)


async def still_good(tx: Transaction, user_id: UserId, credentials: int | None) -> bool:
    """Return whether a sign-in that began with these credentials may end now; they stay until `tx` commits."""
    return await queries.hold_for_sign_in.one_or_none(tx, user_id) == credentials


async def prove(
    db: Database,
    principal: Principal,
    password: str | None,
    passwords: Passwords,
    keyed: KeyedHash,
    settings: IdentitySettings,
) -> Proofs:
    """Check that it is the person: by the password, or without one by a sign-in of a few minutes ago.

    Raises ProofNeeded, WrongPassword, TooManyTries, HashingBusy.
    """
    user_id = principal.viewer.id
    limits = proof_limits("proof", user_id, keyed, settings)
    async with db.write(principal.viewer) as tx:
        proofs = await proofs_for.one_or_none(tx, user_id, principal.session)
        if proofs is None:
            raise Unauthenticated(detail="There is no such account.")
        if proofs.password_hash is None:
            fresh = timedelta(minutes=settings.proof_minutes)
            if proofs.signed_in_at is None or tx.now - proofs.signed_in_at > fresh:
                raise ProofNeeded(detail="Sign in again to do this; your sign-in is too long ago.")
            return proofs
        if password is None:
            raise ProofNeeded(detail="Give your password to do this.")
        await count_try(tx, limits, settings)
    verdict = await passwords.verify(password, proofs.password_hash)
    if not verdict.right:
        raise WrongPassword
    async with db.write(principal.viewer) as tx:
        await forgive_try(tx, limits)
        if verdict.new_hash is not None:
            await upgrade_password.run(tx, user_id, proofs.password_hash, verdict.new_hash)
    return proofs


async def still_in_time(tx: Transaction, user_id: UserId, begun: datetime) -> bool:
    """Return whether the password is no newer than a sign-in that began then; it stays until `tx` commits."""
    return bool(await queries.begun_since_change.one_or_none(tx, user_id, begun))
