"""One more proof, for actions that a session alone does not allow: a thief of an unlocked phone has a session."""

from datetime import timedelta

from guildhall.core.identity.actions.attempts import count_try, forgive_try, proof_limits
from guildhall.core.identity.errors import ProofNeeded, Unauthenticated, WrongPassword
from guildhall.core.identity.passwords import Passwords
from guildhall.core.identity.queries.passwords import Proofs, proofs_for, upgrade_password
from guildhall.core.identity.schemas import Principal
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.tokens import KeyedHash
from guildhall.db.pool import Database


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
