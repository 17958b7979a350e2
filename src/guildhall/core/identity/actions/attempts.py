"""Limits on guessing: so many tries, then a wait that doubles."""

import math
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from msgspec import Struct

from guildhall.core.identity.actions.audit import Caller
from guildhall.core.identity.errors import TooManyTries
from guildhall.core.identity.queries import attempts as queries
from guildhall.core.identity.settings import IdentitySettings
from guildhall.core.identity.tokens import KeyedHash
from guildhall.db.pool import Transaction


class Limit(Struct, frozen=True):
    """What tries are counted under, how many there may be, and whether a success forgets them or one of them."""

    key: bytes
    most: int
    cleared: bool
    window: timedelta


def sign_in_limits(email: str, caller: Caller, keyed: KeyedHash, settings: IdentitySettings) -> Sequence[Limit]:
    """What a sign-in is counted under: the account from this address, the account, the address.

    The account from everywhere has a wide limit: who guesses from one address locks that address out, not the owner.
    """
    address = (caller.ip_hash or b"").hex()
    window = timedelta(minutes=settings.sign_in_window_minutes)
    return (
        Limit(keyed.of("tries: pair", f"{email}\0{address}"), settings.sign_in_tries, True, window),
        Limit(keyed.of("tries: account", email), settings.sign_in_account_tries, False, window),
        Limit(keyed.of("tries: address", address), settings.sign_in_address_tries, False, window),
    )


def proof_limits(what: str, user_id: UUID, keyed: KeyedHash, settings: IdentitySettings) -> Sequence[Limit]:
    """What a proof of somebody who is half or wholly signed in is counted under, from everywhere."""
    window = timedelta(minutes=settings.sign_in_window_minutes)
    return (Limit(keyed.of(f"tries: {what}", user_id.hex), settings.sign_in_tries, True, window),)


def address_limits(caller: Caller, keyed: KeyedHash, settings: IdentitySettings) -> Sequence[Limit]:
    """What sign-ups and resets are counted under; they are never forgiven."""
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
            raise TooManyTries(max(1, math.ceil(left)))


async def forgive_try(tx: Transaction, limits: Sequence[Limit]) -> None:
    """Take back a try that has succeeded."""
    for limit in sorted(limits, key=lambda one: one.key):
        if limit.cleared:
            await queries.forget_tries.run(tx, limit.key)
        else:
            await queries.forgive_try.run(tx, limit.key, limit.most)


async def may_mail(tx: Transaction, email: str, keyed: KeyedHash, settings: IdentitySettings) -> bool:
    """Whether an address may get another mail that somebody has asked for who need not own it; counts it."""
    limit = Limit(keyed.of("tries: mails to", email), settings.mails_per_hour, False, timedelta(hours=1))
    return await _counted(tx, limit, settings)


async def _counted(tx: Transaction, limit: Limit, settings: IdentitySettings) -> bool:
    counted = await queries.count_try.one_or_none(
        tx, limit.key, tx.now, limit.most, limit.window,
        settings.sign_in_block_seconds, settings.sign_in_longest_block_minutes * 60,
    )  # fmt: skip
    return counted is not None
