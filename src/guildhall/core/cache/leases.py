"""Leases: of all processes one fetches an answer, and the others wait for what it stores."""

import asyncio
import contextlib
import time
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from guildhall.core.cache import queries
from guildhall.core.cache.actions import tell_filled
from guildhall.db.pool import Database, Transaction
from guildhall.errors import Unavailable
from guildhall.ids import uuid7

_LASTS = timedelta(seconds=60)
_POLL = 0.25
"""Seconds between looks while another process fetches; a notification ends the wait sooner."""


class Lease:
    """The right to fetch and store one answer, until it is given back, runs out, or the key is invalidated."""

    __slots__ = ("holder", "key", "open")

    def __init__(self, key: str) -> None:
        self.key = key
        self.holder: UUID = uuid7()
        self.open = False


class Leases:
    """Takes leases in PostgreSQL, by its clock, and waits for those of others."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: dict[str, set[asyncio.Event]] = {}

    async def take(self, lease: Lease) -> bool:
        """Take the lease if nobody else holds one of the key; return whether it is ours.

        Raises DatabaseUnavailable.
        """
        async with self._db.write() as tx:
            taken = await queries.lease.one_or_none(tx, lease.key, lease.holder, _LASTS)
        lease.open = taken is not None
        return lease.open

    async def finish(self, tx: Transaction, lease: Lease) -> bool:
        """Give back within the transaction that stores the answer; whether it was still ours.

        One that is not ours any more was taken over, or the key has been invalidated since: what was fetched
        may be older than that, and is not to be stored.
        """
        held = await queries.release_lease.run(tx, lease.key, lease.holder) > 0
        await tell_filled(tx, [lease.key])
        return held

    async def release(self, lease: Lease) -> None:
        """Give back without having stored anything; if that fails the lease runs out by itself."""
        if lease.open:
            lease.open = False
            with contextlib.suppress(Unavailable):
                async with self._db.write() as tx:
                    await self.finish(tx, lease)

    async def wait(self, key: str, deadline: float) -> None:
        """Wait a moment for the one who fetches. `deadline` is on the monotonic clock."""
        event = asyncio.Event()
        self._waiting.setdefault(key, set()).add(event)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(event.wait(), max(0.01, min(_POLL, deadline - time.monotonic())))
        finally:
            self._waiting[key].discard(event)
            if not self._waiting[key]:
                del self._waiting[key]

    def filled(self, keys: Sequence[str]) -> None:
        """Wake the waiters of keys whose leases a process has given back."""
        for key in keys:
            for event in self._waiting.get(key, ()):
                event.set()
