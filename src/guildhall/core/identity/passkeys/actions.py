"""Passkeys: registered and signed in with (WebAuthn level 3)."""

import asyncio
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from guildhall.core.identity.credentials.actions import hold_account, still_in_time
from guildhall.core.identity.credentials.errors import ChallengeSpent, LastWayIn
from guildhall.core.identity.credentials.queries import add_challenge, take_challenge, ways_in
from guildhall.core.identity.ids import PasskeyId
from guildhall.core.identity.passkeys import queries
from guildhall.core.identity.passkeys.errors import PasskeyKnown, PasskeyNotFound, PasskeyRefused, TooManyPasskeys
from guildhall.core.identity.passkeys.queries import PasskeyView
from guildhall.core.identity.principals.errors import Unauthenticated
from guildhall.core.identity.principals.schemas import DOORKEEPER, Principal
from guildhall.core.identity.principals.tokens import AccessTokens, random_token
from guildhall.core.identity.security_events.actions import record
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.sessions.actions import start_session
from guildhall.core.identity.sessions.schemas import Device, SessionTokens
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.pool import Database, Transaction
from guildhall.ids import UserId, uuid7
from guildhall.log import get_logger
from guildhall.references import Reference

if TYPE_CHECKING:
    from guildhall.core.identity.passkeys.ceremonies import Ceremonies

_ceremonies: "Reference[type[Ceremonies]]" = Reference("guildhall.core.identity.passkeys.ceremonies:Ceremonies")

log = get_logger(__name__)

MOST = 20
"""Passkeys of an account."""
_TRANSPORTS = frozenset({"usb", "nfc", "ble", "smart-card", "hybrid", "internal"})

Credential = Mapping[str, Any]
"""A credential of `navigator.credentials`, as its `toJSON` writes it."""


async def registration_options(
    tx: Transaction, principal: Principal, credentials: int, settings: IdentitySettings
) -> dict[str, Any]:
    """Return the options for `navigator.credentials.create`, under `publicKey`. Raises TooManyPasskeys."""
    user_id = principal.viewer.id
    person = await queries.registrant.one_or_none(tx, user_id)
    if person is None:
        raise Unauthenticated(detail="There is no such account.")
    known = await queries.known_credentials.many(tx, user_id, MOST)
    if len(known) >= MOST:
        raise TooManyPasskeys(most=MOST)
    challenge = await _challenge(tx, "passkey_registration", user_id, credentials, settings)
    ceremonies = await _ceremonies_of(settings)
    return ceremonies.creation(challenge, user_id.bytes, person.email or person.name, person.name, known)


async def register_passkey(
    db: Database, principal: Principal, credential: Credential, name: str, settings: IdentitySettings, caller: Caller
) -> PasskeyView:
    """Keep a new passkey. Raises ChallengeSpent, PasskeyRefused, PasskeyKnown, TooManyPasskeys."""
    user_id = principal.viewer.id
    ceremonies = await _ceremonies_of(settings)
    challenge = _challenge_of(ceremonies, credential)
    async with db.write(principal.viewer) as tx:  # committed whatever comes of it: a challenge is used once
        asked = await take_challenge.one_or_none(tx, _digest(challenge), "passkey_registration", tx.now)
    if asked is None or asked.user_id != user_id:
        raise ChallengeSpent
    try:
        verified = ceremonies.verify_creation(credential, challenge)
    except Exception as error:  # whatever a forged attestation makes the parsers raise, it proves nothing
        log.info("passkey_refused", why=type(error).__name__)
        raise PasskeyRefused from error
    transports = credential.get("response", {}).get("transports", [])
    kept = sorted(_TRANSPORTS.intersection(transports)) if _is_list_of_texts(transports) else []
    async with db.write(principal.viewer) as tx:
        await hold_account(tx, principal, asked.credentials)  # locked, so that two at once do not pass the limit
        if len(await queries.known_credentials.many(tx, user_id, MOST)) >= MOST:
            raise TooManyPasskeys(most=MOST)
        made = await queries.add_passkey.one_or_none(
            tx, PasskeyId(uuid7()), user_id, verified.credential_id, verified.credential_public_key,
            verified.sign_count, kept, name, tx.now,
        )  # fmt: skip
        if made is None:
            raise PasskeyKnown
        await record(
            tx, "passkey_added", "ok", user_id=user_id, caller=caller, session_id=principal.session,
            details={"passkey": str(made.id)},
        )  # fmt: skip
    return made


async def sign_in_options(tx: Transaction, settings: IdentitySettings) -> dict[str, Any]:
    """Return the options for `navigator.credentials.get`, under `publicKey`: the device offers its own passkeys."""
    challenge = await _challenge(tx, "passkey", None, None, settings)
    return (await _ceremonies_of(settings)).request(challenge)


async def sign_in_with_passkey(
    db: Database,
    credential: Credential,
    device: Device,
    tokens: AccessTokens,
    settings: IdentitySettings,
    caller: Caller,
) -> SessionTokens:
    """Sign in with a passkey, which is two factors by itself: the device, and the means to unlock it.

    Raises ChallengeSpent, PasskeyRefused (among others for a counter that went back: a copied key), AccountSuspended.
    """
    ceremonies = await _ceremonies_of(settings)
    challenge = _challenge_of(ceremonies, credential)
    async with db.write(DOORKEEPER) as tx:
        asked = await take_challenge.one_or_none(tx, _digest(challenge), "passkey", tx.now)
    if asked is None:
        raise ChallengeSpent
    async with db.write(DOORKEEPER) as tx:
        passkey = await queries.passkey_of_credential.one_or_none(tx, _bytes(ceremonies, credential.get("rawId")))
        count = _verified(ceremonies, credential, challenge, passkey) if passkey is not None else None
        user_id = passkey.user_id if passkey is not None else None
        if passkey is not None and count is not None:
            if not await still_in_time(tx, passkey.user_id, asked.created_at):
                raise ChallengeSpent
            await queries.use_passkey.run(tx, passkey.id, count, tx.now)
            session = await start_session(tx, passkey.user_id, method="passkey", device=device, tokens=tokens)
            await record(
                tx, "sign_in", "ok", user_id=user_id, caller=caller, session_id=session.session_id,
                details={"method": "passkey", "passkey": str(passkey.id)},
            )  # fmt: skip
            return session
        await record(tx, "sign_in", "refused", user_id=user_id, caller=caller, details={"why": "passkey"})
    raise PasskeyRefused


async def rename_passkey(tx: Transaction, user_id: UserId, passkey_id: PasskeyId, name: str) -> PasskeyView:
    """Call a passkey something else. Raises PasskeyNotFound."""
    renamed = await queries.rename_passkey.one_or_none(tx, passkey_id, user_id, name)
    if renamed is None:
        raise PasskeyNotFound
    return renamed


async def drop_passkey(tx: Transaction, principal: Principal, passkey_id: PasskeyId, caller: Caller) -> None:
    """Forget a passkey. Raises PasskeyNotFound, LastWayIn."""
    user_id = principal.viewer.id
    await hold_account(tx, principal)  # two that drop each other's way in take turns
    if not await queries.drop_passkey.run(tx, passkey_id, user_id):
        raise PasskeyNotFound
    if not await ways_in.one(tx, user_id):
        raise LastWayIn
    await record(
        tx, "passkey_removed", "ok", user_id=user_id, caller=caller, session_id=principal.session,
        details={"passkey": str(passkey_id)},
    )  # fmt: skip


async def _ceremonies_of(settings: IdentitySettings) -> "Ceremonies":
    """The ceremonies of this site; the first to ask waits until their library is loaded, and nobody else with them."""
    return (await asyncio.to_thread(_ceremonies.load))(settings)


async def _challenge(
    tx: Transaction, kind: str, user_id: UserId | None, credentials: int | None, settings: IdentitySettings
) -> bytes:
    challenge = hashlib.sha256(random_token().encode()).digest()
    until = tx.now + timedelta(minutes=settings.challenge_minutes)
    await add_challenge.run(tx, _digest(challenge), kind, user_id, challenge, tx.now, until, credentials)
    return challenge


def _digest(challenge: bytes) -> bytes:
    return hashlib.sha256(challenge).digest()


def _challenge_of(ceremonies: "Ceremonies", credential: Credential) -> bytes:
    """The challenge that an answer says it answers. Raises PasskeyRefused for what is no answer at all."""
    response = credential.get("response")
    if not isinstance(response, Mapping):
        raise PasskeyRefused
    try:
        return ceremonies.challenge_of(_bytes(ceremonies, response.get("clientDataJSON")))
    except PasskeyRefused:
        raise
    except Exception as error:  # the parser's many ways to say that it is no client data
        raise PasskeyRefused from error


def _verified(
    ceremonies: "Ceremonies", credential: Credential, challenge: bytes, passkey: queries.Passkey
) -> int | None:
    """The counter that a good signature carries, or None."""
    response = credential.get("response", {})
    handle = response.get("userHandle")
    if handle is not None and handle != "" and _bytes(ceremonies, handle) != passkey.user_id.bytes:
        return None
    try:
        verified = ceremonies.verify_request(credential, challenge, passkey.public_key, passkey.sign_count)
    except Exception as error:  # whatever a forged answer makes the parsers raise, it proves nothing
        log.info("passkey_refused", why=type(error).__name__)
        return None
    return verified.new_sign_count


def _bytes(ceremonies: "Ceremonies", text: object) -> bytes:
    """base64url, as browsers write bytes. Raises PasskeyRefused."""
    if not isinstance(text, str) or len(text) > 20_000:
        raise PasskeyRefused
    try:
        return ceremonies.decoded(text)
    except ValueError as error:
        raise PasskeyRefused from error


def _is_list_of_texts(value: object) -> bool:
    try:
        msgspec.convert(value, list[str])
    except msgspec.ValidationError:
        return False
    return True
