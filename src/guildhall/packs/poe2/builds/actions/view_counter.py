"""Visits of builds, gathered in each process and counted together."""

import asyncio
import contextlib
import os
from collections import Counter
from datetime import date
from hashlib import blake2b

from guildhall.clock import Clock
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.ids import UserId
from guildhall.log import get_logger
from guildhall.packs.poe2.builds.queries import counts
from guildhall.packs.poe2.ids import ShortId
from guildhall.packs.poe2.settings import Poe2Settings

log = get_logger(__name__)

_REMEMBERED = 200_000
"""Visits of a day that a process remembers, so that the same one again does not reach the database."""
_WAITING = 20_000
"""Visits that may wait to be counted; more are not counted."""

Visit = tuple[ShortId, bytes]


class ViewCounter:
    """Gathers the visits of a process. One visitor counts once a day for a build, whatever process they come to.

    A visitor is a hash whose key is made for the day and thrown away after it, of an account or of an address and a
    program; nothing else of them is kept.
    """

    def __init__(self, db: Database, clock: Clock, settings: Poe2Settings) -> None:
        self._db = db
        self._clock = clock
        self._every = settings.views_seconds
        self._most = settings.views_of_visitor_most
        self._most_of_address = settings.views_of_address_most
        self._day = date.min
        self._key = b""
        self._seen: set[Visit] = set()
        self._of_visitor: Counter[bytes] = Counter()
        self._of_address: Counter[Visit] = Counter()
        self._waiting: dict[Visit, UserId | None] = {}
        self._opening = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self.dropped = 0
        """Visits that were not counted, because too many waited."""

    def start(self) -> None:
        """Begin to count."""
        self._task = asyncio.create_task(self._run(), name="poe2-views")

    async def close(self) -> None:
        """Count what is waiting, and stop."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        with contextlib.suppress(Unavailable):
            await self.flush()

    async def visit(self, short_id: ShortId, user_id: UserId | None, address: str, agent: str) -> None:
        """Note a visit. Raises DatabaseUnavailable at the first one of a day."""
        today = self._clock.now().date()
        if today != self._day:
            await self._begin(today)
        visitor = self._hash(f"user:{user_id}" if user_id is not None else f"visitor:{address}\n{agent}")
        visit = short_id, visitor
        if visit in self._seen or self._of_visitor[visitor] >= self._most:
            return
        # An address may have many programs, or one that says it is another each time.
        at = short_id, self._hash(f"address:{address}")
        if user_id is None and self._of_address[at] >= self._most_of_address:
            return
        if len(self._waiting) >= _WAITING:
            self.dropped += 1
            return
        if len(self._seen) >= _REMEMBERED:  # the database knows who was there before
            self._forget()
        self._seen.add(visit)
        self._of_visitor[visitor] += 1
        if user_id is None:
            self._of_address[at] += 1
        self._waiting[visit] = user_id

    async def flush(self) -> int:
        """Count what is waiting, in one statement; return how many visits count. Raises Unavailable."""
        if not self._waiting:
            return 0
        waiting, self._waiting = self._waiting, {}
        day = self._day
        try:
            async with self._db.single() as tx:
                return await counts.count_views.one(
                    tx, day, [short_id for short_id, _ in waiting], [visitor for _, visitor in waiting],
                    list(waiting.values()),
                )  # fmt: skip
        except Unavailable:
            if day == self._day:
                self._waiting = {**waiting, **self._waiting}  # the statement counts nobody twice
            raise

    async def _begin(self, today: date) -> None:
        """Begin a day with its key, which the first process of the day makes."""
        async with self._opening:
            if today == self._day:
                return
            with contextlib.suppress(Unavailable):
                await self.flush()
            key: bytes | None = None
            while key is None:  # none while another process has added it and not yet committed
                async with self._db.single() as tx:
                    key = await counts.visitor_key.one_or_none(tx, today, os.urandom(32))
            self._day, self._key = today, key
            self._forget()
            self._waiting.clear()

    def _forget(self) -> None:
        self._seen.clear()
        self._of_visitor.clear()
        self._of_address.clear()

    def _hash(self, who: str) -> bytes:
        return blake2b(who.encode("utf-8", "replace"), digest_size=16, key=self._key).digest()

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            try:
                await self.flush()
            except Unavailable as error:
                log.warning("views_not_counted", why=str(error), waiting=len(self._waiting))
            except Exception as error:
                log.error("views_lost", exc_info=error)
