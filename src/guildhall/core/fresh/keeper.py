"""The rounds of a worker: claims of what is due, batch after batch, for as long as a round may work."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from guildhall.clock import Clock
from guildhall.core.fresh import errors, rules
from guildhall.core.fresh.batch import Batch
from guildhall.core.fresh.bound import Bound
from guildhall.core.fresh.declaration import Fresh
from guildhall.core.fresh.held import claim_keys
from guildhall.core.fresh.queries import claims, keys
from guildhall.core.fresh.schemas import Claimed, Outcome
from guildhall.core.fresh.settings import FreshSettings
from guildhall.core.jobs.bindings import Provided
from guildhall.core.upstream.clients import UpstreamClients
from guildhall.db.pool import Database
from guildhall.ids import uuid7


class Round(Struct, frozen=True):
    """The result of a round: how many keys ended how, and the seconds of a pause that the game API asked for.

    `unfinished`: its turn was over, and another worker may go on.
    """

    refreshed: int = 0
    failed: int = 0
    gone: int = 0
    forgotten: int = 0
    put_back: int = 0
    pause: float = 0.0
    unfinished: bool = False

    @property
    def claimed(self) -> int:
        """The keys that it claimed."""
        return self.refreshed + self.failed + self.gone + self.forgotten + self.put_back


class Keeper:
    """Refreshes what is due of the declarations. Raises Misconfigured for what their functions ask for in vain."""

    def __init__(
        self, db: Database, clock: Clock, settings: FreshSettings, declared: Sequence[Fresh], provided: Provided,
        clients: UpstreamClients,
    ) -> None:  # fmt: skip
        self._db = db
        self._clock = clock
        self._settings = settings
        self._bound = {one.name: Bound(one, provided, clients) for one in declared}

    def bound(self, name: str) -> Bound:
        """Return a declaration by its name. Raises NotDeclared."""
        if name not in self._bound:
            raise errors.NotDeclared(name=name)
        return self._bound[name]

    def batch_of(self, name: str) -> int:
        """Return how many keys of a declaration a round claims at a time. Raises NotDeclared."""
        return self.bound(name).batch or self._settings.batch

    async def rank(self, name: str) -> None:
        """Put the due keys of people first as the declaration says. Raises NotDeclared, DatabaseUnavailable."""
        within = self.bound(name).people_first
        if within is not None:
            async with self._db.write() as tx:
                await claims.rank_people.run(tx, name, tx.now, tx.now - within)

    async def round(self, name: str, *, wanted: bool = False, left: int | None = None) -> Round:
        """Refresh what is due of a declaration, first what somebody waits for; `wanted`: only that.

        Ends when nothing is due, the budget has no room, the game API asks for a pause, `left` keys were claimed, or
        the time of a round is over; one of several rounds has a short turn. Raises NotDeclared, DatabaseUnavailable.
        """
        bound = self.bound(name)
        counts: Counter[str] = Counter()
        loop = asyncio.get_running_loop()
        several = bound.rounds > 1 and not wanted
        until = loop.time() + (self._settings.turn_seconds if several else self._settings.round_seconds)
        left = bound.a_round if left is None else left
        pause, unfinished = 0.0, False
        while left != 0 and not pause:
            batch, seconds = self._batch(bound)
            limit = self.batch_of(name) if left is None else min(left, self.batch_of(name))
            claimed = await self._claim(bound, batch, limit, seconds, wanted=wanted)
            if not claimed:
                break
            left = None if left is None else left - len(claimed)
            await batch.run(claimed)
            counts.update(one.ending for one in batch.outcomes)
            counts["forgotten"] += len(batch.forgotten)
            if batch.pause is not None:
                pause = rules.halt(batch.pause.seconds).total_seconds()
            if loop.time() >= until or counts["put_back"]:
                unfinished = several and len(claimed) == limit and left != 0 and not (pause or counts["put_back"])
                break
        return Round(**counts, pause=pause, unfinished=unfinished)

    def _batch(self, bound: Bound) -> tuple[Batch, float]:
        """Return a new batch, and the seconds for which it holds its keys."""
        deadline = bound.fresh.deadline or timedelta(seconds=self._settings.key_seconds)
        seconds = deadline.total_seconds()
        return Batch(bound, self._db, self._clock, uuid7(), seconds), rules.lease_seconds(seconds)

    async def _claim(self, bound: Bound, batch: Batch, limit: int, seconds: float, *, wanted: bool) -> list[Claimed]:
        """Claim the keys of a batch; rows that somebody has locked for an instant are waited for."""
        name = bound.fresh.name
        for _ in range(1 + rules.MAX_RECLAIMS):
            async with self._db.write() as tx:
                limit = min(limit, await bound.room(tx, wanted=wanted))
                if limit <= 0:
                    break
                found = await claims.claim.many(tx, name, tx.now, limit, wanted, batch.holder, seconds)
                if found or not await claims.left_over.one(tx, name, tx.now, wanted):
                    return found
            await asyncio.sleep(rules.LOCK_PAUSE)
        return []

    async def now(self, name: str, key: str) -> Outcome:
        """Refresh one key at once, whether it is due or not, and return what came of it.

        Raises NotDeclared, KeyNotKept, KeyBusy, DatabaseUnavailable.
        """
        batch, seconds = self._batch(self.bound(name))
        claimed: list[Claimed] = []
        await claim_keys(self._db, name, [key], batch.holder, seconds, claimed)
        if not claimed:
            async with self._db.read() as tx:
                known = await keys.kept.one_or_none(tx, name, key)
            raise errors.KeyNotKept(name=name, key=key) if known is None else errors.KeyBusy(name=name, key=key)
        await batch.run(claimed, keep=True)
        if not batch.outcomes:  # the pack has dropped it
            raise errors.KeyNotKept(name=name, key=key)
        return batch.outcomes[0]
