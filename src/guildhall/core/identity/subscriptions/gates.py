"""Features and limits of tiers: declared by slices, checked in the transaction that needs to know."""

from typing import Generic, TypeVar

from msgspec import Struct

from guildhall.core.identity.subscriptions.errors import LimitReached, PremiumNeeded
from guildhall.core.identity.subscriptions.queries import hold_user, subscription_for
from guildhall.core.identity.subscriptions.rules import Tier, tier_now
from guildhall.db.pool import Transaction
from guildhall.ids import UserId

Allowed = TypeVar("Allowed", bool, int)


class Gate(Struct, Generic[Allowed], frozen=True):
    """A difference between the tiers: a feature (bool), or a limit (int).

    `title` is shown to a person who reaches it: `Gate("Characters", free=3, premium=50)`.
    """

    title: str
    free: Allowed
    premium: Allowed


async def tier_of(tx: Transaction, user_id: UserId) -> Tier:
    """The tier that counts now. Reads the user's own row: as the user, or in a job."""
    subscribed = await subscription_for.one_or_none(tx, user_id)
    if subscribed is None:
        return "free"
    return tier_now(subscribed.tier, subscribed.status, subscribed.ends_at, tx.now)


async def allowed(tx: Transaction, user_id: UserId, gate: Gate[Allowed]) -> Allowed:
    """Return the value of a gate for the user's tier."""
    return gate.premium if await tier_of(tx, user_id) == "premium" else gate.free


async def require_feature(tx: Transaction, user_id: UserId, gate: Gate[bool]) -> None:
    """Raises PremiumNeeded."""
    if not await allowed(tx, user_id, gate):
        raise PremiumNeeded(gate=gate.title)


async def hold(tx: Transaction, user_id: UserId) -> None:
    """Lock the count for this user until the transaction ends.

    Call it before the count, whose statement then sees the rows that others have added while this one waited.
    """
    await hold_user.one(tx, user_id)


async def require_room(tx: Transaction, user_id: UserId, gate: Gate[int], used: int) -> None:
    """Raises LimitReached when nothing more fits beside what is used already: counted after `hold`."""
    most = await allowed(tx, user_id, gate)
    if used >= most:
        raise LimitReached(gate=gate.title, limit=most)
