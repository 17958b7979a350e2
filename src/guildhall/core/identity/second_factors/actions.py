"""The second factor: codes by time, and codes for the day that the device is lost."""

from datetime import timedelta
from typing import Literal

import pyotp
from msgspec import Struct

from guildhall.core.identity.attempts.actions import count_try, forgive_try, proof_limits
from guildhall.core.identity.credentials.actions import hold_account, still_good
from guildhall.core.identity.credentials.errors import ChallengeSpent
from guildhall.core.identity.credentials.queries import add_challenge, note_change, take_challenge, try_challenge
from guildhall.core.identity.emails.actions import tell
from guildhall.core.identity.ids import SessionId
from guildhall.core.identity.principals.schemas import DOORKEEPER, Principal
from guildhall.core.identity.principals.tokens import AccessTokens, KeyedHash, random_token, token_hash
from guildhall.core.identity.second_factors import queries
from guildhall.core.identity.second_factors.errors import TotpAlreadyOn, TotpNotBegun, WrongCode
from guildhall.core.identity.second_factors.rules import matching_step, recovery_codes, recovery_hash
from guildhall.core.identity.security_events.actions import record
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.sessions.actions import start_session
from guildhall.core.identity.sessions.schemas import Device, SessionTokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.vault.schemas import SealedColumn
from guildhall.core.vault.vault import Vault
from guildhall.db.pool import Database, Transaction
from guildhall.ids import UserId

TOTP_SECRET = SealedColumn("core.totp", "secret", "user_id")
_TRIES = 5
"""Codes that one challenge takes."""


class TotpSecret(Struct, frozen=True):
    """The secret of an authenticator app: typed by hand, or as the QR code of `uri`."""

    secret: str
    uri: str

    def __repr__(self) -> str:
        return "TotpSecret(…)"


async def begin_second_factor(tx: Transaction, user_id: UserId, credentials: int, seconds: int) -> str:
    """Make a challenge that a code has to follow on; it dies with the credentials that led to it."""
    challenge = random_token()
    await add_challenge.run(
        tx,
        token_hash(challenge),
        "second_factor",
        user_id,
        None,
        tx.now,
        tx.now + timedelta(seconds=seconds),
        credentials,
    )
    return challenge


async def finish_second_factor(
    db: Database,
    challenge: str,
    code: str,
    device: Device,
    vault: Vault,
    tokens: AccessTokens,
    keyed: KeyedHash,
    settings: IdentitySettings,
    caller: Caller,
) -> SessionTokens:
    """Finish a sign-in whose password was right, by a code.

    Raises ChallengeSpent, WrongCode, TooManyTries, AccountSuspended.
    """
    hashed = token_hash(challenge)
    async with db.write(DOORKEEPER) as tx:
        known = await try_challenge.one_or_none(tx, hashed, "second_factor", tx.now, _TRIES)
        if known is None or known.user_id is None:
            raise ChallengeSpent
        user_id = known.user_id
        limits = proof_limits("second factor", user_id, keyed, settings)
        await count_try(tx, limits, settings)
    async with db.write(DOORKEEPER) as tx:
        if not await still_good(tx, user_id, known.credentials):
            raise ChallengeSpent
        used = await use_code(tx, user_id, code, vault)
        if used is not None:
            if await take_challenge.one_or_none(tx, hashed, "second_factor", tx.now) is None:
                raise ChallengeSpent  # and the code is not used up
            await forgive_try(tx, limits)
            session = await start_session(tx, user_id, method=f"password+{used}", device=device, tokens=tokens)
            await record(
                tx, "sign_in", "ok", user_id=user_id, caller=caller, session_id=session.session_id,
                details={"method": f"password+{used}"},
            )  # fmt: skip
            return session
        await record(tx, "sign_in", "refused", user_id=user_id, caller=caller, details={"why": "second factor"})
    raise WrongCode


async def use_code(
    tx: Transaction, user_id: UserId, code: str, vault: Vault
) -> Literal["totp", "recovery_code"] | None:
    """Use up a code of either kind: which it was, or None for a wrong or a used one."""
    totp = await queries.totp_for_update.one_or_none(tx, user_id)
    if totp is None or totp.confirmed_at is None:
        return None
    secret = vault.open(TOTP_SECRET, user_id, totp.secret).reveal()
    step = matching_step(secret, code, tx.now, totp.last_step)
    if step is not None:
        return "totp" if await queries.use_step.run(tx, user_id, step) else None
    used = await queries.use_recovery_code.run(tx, user_id, recovery_hash(user_id, code), tx.now)
    return "recovery_code" if used else None


async def begin_totp(tx: Transaction, principal: Principal, vault: Vault, settings: IdentitySettings) -> TotpSecret:
    """A new secret, which counts once a code of it was shown. Raises TotpAlreadyOn."""
    user_id = principal.viewer.id
    secret = pyotp.random_base32()
    if not await queries.begin_totp.run(tx, user_id, vault.seal(TOTP_SECRET, user_id, secret), tx.now):
        raise TotpAlreadyOn
    name = await queries.account_name.one(tx, user_id)
    return TotpSecret(secret, pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=settings.issuer_name))


async def confirm_totp(
    db: Database,
    principal: Principal,
    code: str,
    vault: Vault,
    keyed: KeyedHash,
    settings: IdentitySettings,
    caller: Caller,
) -> list[str]:
    """Turn the second factor on with its first code; the recovery codes, told this once.

    Raises TotpNotBegun, TotpAlreadyOn, WrongCode, TooManyTries.
    """
    user_id = principal.viewer.id
    limits = proof_limits("second factor", user_id, keyed, settings)
    async with db.write(principal.viewer) as tx:
        await count_try(tx, limits, settings)
    async with db.write(principal.viewer) as tx:
        await hold_account(tx, principal)
        totp = await queries.totp_for_update.one_or_none(tx, user_id)
        if totp is None:
            raise TotpNotBegun
        if totp.confirmed_at is not None:
            raise TotpAlreadyOn
        secret = vault.open(TOTP_SECRET, user_id, totp.secret).reveal()
        step = matching_step(secret, code, tx.now, totp.last_step)
        if step is None:
            raise WrongCode
        await queries.use_step.run(tx, user_id, step)
        await queries.confirm_totp.run(tx, user_id, tx.now)
        await note_change.run(tx, user_id)
        await forgive_try(tx, limits)
        await record(tx, "second_factor_on", "ok", user_id=user_id, caller=caller, session_id=principal.session)
        return await _new_codes(tx, user_id)


async def show_code(
    db: Database, principal: Principal, code: str, vault: Vault, keyed: KeyedHash, settings: IdentitySettings
) -> int:
    """Use up a code as a proof of the signed-in person. Raises TotpNotBegun, WrongCode, TooManyTries."""
    user_id = principal.viewer.id
    limits = proof_limits("second factor", user_id, keyed, settings)
    async with db.write(principal.viewer) as tx:
        await count_try(tx, limits, settings)
    async with db.write(principal.viewer) as tx:
        credentials = await hold_account(tx, principal)
        totp = await queries.totp_for_update.one_or_none(tx, user_id)
        if totp is None or totp.confirmed_at is None:
            raise TotpNotBegun
        if await use_code(tx, user_id, code, vault) is None:
            raise WrongCode
        await forgive_try(tx, limits)
        return credentials


async def renew_recovery_codes(tx: Transaction, principal: Principal, caller: Caller) -> list[str]:
    """New recovery codes in place of all former ones. The caller has proven itself (`show_code`)."""
    user_id = principal.viewer.id
    await record(tx, "recovery_codes_renewed", "ok", user_id=user_id, caller=caller, session_id=principal.session)
    return await _new_codes(tx, user_id)


async def turn_off_totp(tx: Transaction, user_id: UserId, caller: Caller | None, session_id: SessionId | None) -> None:
    """Take the second factor and its recovery codes away. Raises TotpNotBegun."""
    if not await queries.drop_totp.run(tx, user_id):
        raise TotpNotBegun
    await queries.drop_recovery_codes.run(tx, user_id)
    await note_change.run(tx, user_id)
    await record(tx, "second_factor_off", "ok", user_id=user_id, caller=caller, session_id=session_id)
    await tell(tx, user_id, "second_factor_off")


async def _new_codes(tx: Transaction, user_id: UserId) -> list[str]:
    codes = recovery_codes()
    await queries.drop_recovery_codes.run(tx, user_id)
    await queries.add_recovery_codes.run(tx, user_id, [recovery_hash(user_id, code) for code in codes])
    return codes
