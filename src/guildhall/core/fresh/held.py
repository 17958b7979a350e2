"""Keys that this process holds: nobody else refreshes them before their lease ends."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Generic, TypeVar
from uuid import UUID

from guildhall.core.fresh import rules
from guildhall.core.fresh.queries import claims
from guildhall.core.fresh.schemas import Attempt, Claimed, Ending, Outcome
from guildhall.db.pool import Database, Transaction

K = TypeVar("K")


class HeldKey(Generic[K]):
    """A key that this process refreshes, and the circumstances of it."""

    key: K
    attempt: Attempt

    def __init__(self, key: K, claimed: Claimed, holder: UUID) -> None:
        self.key = key
        self.attempt = Attempt(claimed.wanted_at is not None, claimed.failures, claimed.refreshed_at)
        self.claimed = claimed
        self.holder = holder
        self.due_at: datetime | None = None
        """The next time, once a transaction has ended the key; that transaction may not have been committed."""
        self.gone = False
        """True once a transaction has dropped the key."""

    @property
    def ended(self) -> bool:
        """True once a transaction has ended or dropped the key."""
        return self.due_at is not None or self.gone


def outcome_of(held: HeldKey[K], ending: Ending, due_at: datetime | None = None) -> Outcome:
    """Return an end of a key; without a time it keeps its place."""
    return Outcome(held.claimed.key, held.claimed.wanted_at, ending, due_at or held.claimed.due_at)


async def finish(tx: Transaction, name: str, ends: Sequence[tuple[UUID, Outcome]]) -> set[str]:
    """Write down the end of keys, each with its holder; return those that were still held by it."""
    if not ends:
        return set()
    holders, outcomes = zip(*ends, strict=True)
    return set(
        await claims.finish.many(
            tx, name, tx.now, list(holders), [one.key for one in outcomes], [one.wanted_at for one in outcomes],
            [one.ending for one in outcomes], [one.due_at for one in outcomes], [one.error for one in outcomes],
        )
    )  # fmt: skip


async def put_back(tx: Transaction, name: str, held: Sequence[HeldKey[K]]) -> None:
    """Let go of keys that keep their place; those that are held no longer stay as they are."""
    await finish(tx, name, [(one.holder, outcome_of(one, "put_back")) for one in held])


async def claim_keys(
    db: Database, name: str, keys: Sequence[str], holder: UUID, seconds: float, found: list[Claimed]
) -> None:
    """Claim those of the keys that nobody holds, due or not, and add them to `found`.

    A row that somebody has locked for an instant is claimed once more.
    """
    left = list(keys)
    for _ in range(1 + rules.MAX_RECLAIMS):
        async with db.write() as tx:
            claimed = await claims.claim_keys.many(tx, name, left, holder, seconds)
            found += claimed
            left = await claims.free_keys.many(tx, name, left) if len(claimed) < len(left) else []
        if not left:
            return
        await asyncio.sleep(rules.LOCK_PAUSE)
