"""The rounds of a worker: claims of what is due, batch after batch, for as long as a round may work."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from guildhall.clock import Clock
from guildhall.core.fresh import errors, queries, rules
from guildhall.core.fresh.batch import Batch
from guildhall.core.fresh.bound import Bound
from guildhall.core.fresh.declaration import Fresh
from guildhall.core.fresh.schemas import Claimed, Outcome
from guildhall.core.fresh.settings import FreshSettings
from guildhall.core.jobs.bindings import Provided
from guildhall.core.upstream.clients import UpstreamClients
from guildhall.db.pool import Database
from guildhall.ids import uuid7


class Round(Struct, frozen=True):
    """The result of a round: how many keys ended how, and the seconds of a pause that the game API asked for."""

    refreshed: int = 0
    failed: int = 0
    gone: int = 0
    forgotten: int = 0
    put_back: int = 0
    pause: float = 0.0


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
        self._lease = rules.lease_seconds(settings.key_seconds)

    def bound(self, name: str) -> Bound:
        """Return a declaration by its name. Raises NotDeclared."""
        if name not in self._bound:
            raise errors.NotDeclared(name=name)
        return self._bound[name]

    async def round(self, name: str, *, wanted: bool = False) -> Round:
        """Refresh what is due of a declaration, first what somebody waits for; `wanted`: only that.

        Ends when nothing is due, the budget has no room, the game API asks for a pause, or the time of a round is over.
        Raises NotDeclared, DatabaseUnavailable.
        """
        bound = self.bound(name)
        counts: Counter[str] = Counter()
        loop = asyncio.get_running_loop()
        until = loop.time() + self._settings.round_seconds
        left = bound.a_round
        pause = 0.0
        while left > 0 and not pause:
            batch = Batch(bound, self._db, self._clock, uuid7(), self._settings.key_seconds)
            claimed = await self._claim(bound, batch, min(left, self._settings.batch), wanted=wanted)
            if not claimed:
                break
            left -= len(claimed)
            await batch.run(claimed)
            counts.update(one.ending for one in batch.outcomes)
            counts["forgotten"] += len(batch.forgotten)
            if batch.pause is not None:
                pause = rules.halt(batch.pause.seconds).total_seconds()
            if loop.time() >= until or counts["put_back"]:
                break
        return Round(**counts, pause=pause)

    async def _claim(self, bound: Bound, batch: Batch, limit: int, *, wanted: bool) -> list[Claimed]:
        async with self._db.write() as tx:
            limit = min(limit, await bound.room(tx, wanted=wanted))
            if limit <= 0:
                return []
            return await queries.claim.many(tx, bound.fresh.name, tx.now, limit, wanted, batch.holder, self._lease)

    async def now(self, name: str, key: str) -> Outcome:
        """Refresh one key at once, whether it is due or not, and return what came of it.

        Raises NotDeclared, KeyNotKept, KeyBusy, DatabaseUnavailable.
        """
        batch = Batch(self.bound(name), self._db, self._clock, uuid7(), self._settings.key_seconds)
        async with self._db.write() as tx:
            row = await queries.claim_key.one_or_none(tx, name, key, batch.holder, self._lease)
            if row is None:
                known = await queries.kept.one_or_none(tx, name, key)
                raise errors.KeyNotKept(name=name, key=key) if known is None else errors.KeyBusy(name=name, key=key)
        await batch.run([row], keep=True)
        return batch.outcomes[0]
