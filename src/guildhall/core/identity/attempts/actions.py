"""Limits on guessing: so many tries, then a wait that doubles."""

import math
from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from guildhall.core.identity.attempts import queries
from guildhall.core.identity.attempts.errors import TooManyTries
from guildhall.core.identity.principals.tokens import KeyedHash
from guildhall.core.identity.security_events.schemas import Caller
from guildhall.core.identity.settings import IdentitySettings
from guildhall.db.pool import Transaction
from guildhall.ids import UserId


class Limit(Struct, frozen=True):
    """A limit of attempts: the key of the count, its maximum, and whether a success clears all of them or one."""

    key: bytes
    most: int
    cleared: bool
    window: timedelta


def sign_in_limits(email: str, caller: Caller, keyed: KeyedHash, settings: IdentitySettings) -> Sequence[Limit]:
    """Return the limits of a sign-in: the account from this address, the account, the address.

    The account from everywhere has a wide limit: guessing from one address locks that address out, not the owner.
    """
    address = (caller.ip_hash or b"").hex()
    window = timedelta(minutes=settings.sign_in_window_minutes)
    return (
        Limit(keyed.of("tries: pair", f"{email}\0{address}"), settings.sign_in_tries, True, window),
        Limit(keyed.of("tries: account", email), settings.sign_in_account_tries, False, window),
        Limit(keyed.of("tries: address", address), settings.sign_in_address_tries, False, window),
    )


def proof_limits(what: str, user_id: UserId, keyed: KeyedHash, settings: IdentitySettings) -> Sequence[Limit]:
    """Return the limits of proofs by a person who is half or wholly signed in, from everywhere."""
    window = timedelta(minutes=settings.sign_in_window_minutes)
    return (Limit(keyed.of(f"tries: {what}", user_id.hex), settings.sign_in_tries, True, window),)


def address_limits(caller: Caller, keyed: KeyedHash, settings: IdentitySettings) -> Sequence[Limit]:
    """Return the limits of sign-ups and resets; a success does not clear them."""
    address = (caller.ip_hash or b"").hex()
    window = timedelta(minutes=settings.sign_in_window_minutes)
    return (Limit(keyed.of("tries: mails from", address), settings.sign_in_address_tries, False, window),)


async def count_try(tx: Transaction, limits: Sequence[Limit], settings: IdentitySettings) -> None:
    """Count a try before its outcome is known, in a transaction that commits before the outcome is looked at.

    Raises TooManyTries, and then, rolled back, it counts nowhere.
    """
    for limit in sorted(limits, key=lambda one: one.key):
        if not await _counted(tx, limit, settings):
            until = await queries.blocked_until.one_or_none(tx, limit.key)
            left = 1.0 if until is None else (until - tx.now).total_seconds()
            raise TooManyTries(retry_after=max(1, math.ceil(left)))


async def forgive_try(tx: Transaction, limits: Sequence[Limit]) -> None:
    """Take back a try that has succeeded."""
    for limit in sorted(limits, key=lambda one: one.key):
        if limit.cleared:
            await queries.forget_tries.run(tx, limit.key)
        else:
            await queries.forgive_try.run(tx, limit.key, limit.most)


async def may_mail(tx: Transaction, email: str, keyed: KeyedHash, settings: IdentitySettings) -> bool:
    """Count a mail to an address that the requester may not own; return whether it is within the limit."""
    limit = Limit(keyed.of("tries: mails to", email), settings.mails_per_hour, False, timedelta(hours=1))
    return await _counted(tx, limit, settings)


async def _counted(tx: Transaction, limit: Limit, settings: IdentitySettings) -> bool:
    counted = await queries.count_try.one_or_none(
        tx, limit.key, tx.now, limit.most, limit.window,
        settings.sign_in_block_seconds, settings.sign_in_longest_block_minutes * 60,
    )  # fmt: skip
    return counted is not None
