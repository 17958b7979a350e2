"""The copy in Redis: begun, brought up to date with each batch that is counted, and loaded with what it lacks."""

import asyncio
from collections import deque

from guildhall.core.boards.ids import CopyId, WindowId
from guildhall.core.boards.mirror import Element, Mirror, MirrorAway
from guildhall.core.boards.queries import counts as queries
from guildhall.core.boards.queries.windows import FIRST
from guildhall.core.boards.schemas import Counted
from guildhall.db.pool import Database, Transaction
from guildhall.ids import uuid7
from guildhall.log import get_logger

log = get_logger(__name__)

_LOOK = 5.0
"""Seconds between two looks for lists that the copy does not have."""
_AGAIN = 2.0
"""Seconds for which a Redis that does not answer is left alone."""
PATIENCE = 10.0
"""Seconds for which changes wait for a Redis that does not answer; then they are counted, and its copy is given up."""
_HASTE = 0.5
"""Seconds after which what was read is too old to renew a lease by."""
_LOADED = 5000
"""Scores that are copied at once."""
_WINDOWS = 1000


class Copier:
    """Keeps a copy that PostgreSQL's state names, at the position that it says.

    A batch is applied before its transaction commits, as the present state of the scores in it: to apply one twice does
    no harm. A copy at any other position than the one before has missed something, as one has that was flushed, evicted
    or restored, and another is begun in its place.
    """

    def __init__(self, db: Database, mirror: Mirror) -> None:
        self._db = db
        self._mirror = mirror
        self._looked = float("-inf")
        self._away_since: float | None = None
        self._again_at = 0.0
        self._lacking: deque[WindowId] = deque()
        self.begun = 0
        """Copies that this process has begun."""

    @property
    def lacking(self) -> int:
        """The number of lists that the copy does not have yet, as far as this process knows."""
        return len(self._lacking)

    def look(self) -> None:
        """Look for lists that the copy does not have at the next opportunity."""
        self._looked = float("-inf")

    def waits(self) -> bool:
        """Return whether changes should not be counted now, because Redis has just ceased to answer."""
        if self._away_since is None:
            return False
        now = _now()
        return now < self._again_at and now < self._away_since + PATIENCE

    async def apply(self, tx: Transaction, done: Counted) -> None:
        """Apply a batch that is being counted.

        Raises MirrorAway, which undoes the batch, until Redis has not answered for `PATIENCE`.
        """
        _, position, copy = await queries.state.one(tx)
        if copy is None:
            return
        if not self._mirror.present:
            await queries.set_copy.run(tx, None)
            return
        rows = await queries.elements.many(tx, done.window_ids or [], done.members or [])
        try:
            applied = await self._mirror.apply(copy, position, [Element(*row) for row in rows])
        except MirrorAway as error:
            self._note_away(error)
            if self._away_since is None or _now() < self._away_since + PATIENCE:
                raise
            applied = False
        if not applied:
            log.warning("boards_copy_given_up", position=position)
            await queries.set_copy.run(tx, None)

    async def keep(self, copy: CopyId | None, position: int, read_at: float) -> bool:
        """Renew the lease of a copy by a state that was read at a time, and load a part of what it lacks.

        Return whether it lacks more.
        """
        if not self._mirror.present or _now() < self._again_at:
            return False
        try:
            if copy is None or (_now() < read_at + _HASTE and not await self._mirror.renew(copy, position)):
                await self._begin(copy)
                return True
            more = await self._load(copy)
        except MirrorAway as error:
            self._note_away(error)
            return False
        self._away_since = None
        return more

    async def _begin(self, wrong: CopyId | None) -> None:
        """Begin a copy in place of one that is not right."""
        async with self._db.write() as tx:
            if await queries.hold_counts.one_or_none(tx) is None:
                return
            _, position, copy = await queries.state.one(tx)
            if copy != wrong:
                return
            begun = CopyId(uuid7())
            await self._mirror.begin(begun, position)
            await queries.set_copy.run(tx, begun)
        self.begun += 1
        self._looked = float("-inf")
        log.info("boards_copy_begun", position=position)

    async def _load(self, copy: CopyId) -> bool:
        now = _now()
        if now >= self._looked + _LOOK:
            self._looked = now
            self._lacking.clear()
            after = FIRST
            while windows := await self._open_windows(after):
                self._lacking += [window for window, _ in await self._mirror.missing(copy, windows)]
                after = windows[-1]
        if self._lacking and await self._load_part(copy, self._lacking[0]):
            self._lacking.popleft()
        return bool(self._lacking)

    async def _open_windows(self, after: WindowId) -> list[WindowId]:
        async with self._db.read() as tx:
            return await queries.open_windows.many(tx, after, _WINDOWS)

    async def _load_part(self, copy: CopyId, window: WindowId) -> bool:
        """Load a part of a list; return whether it is whole, or is not to be loaded now.

        No batch is counted meanwhile. Those before are in the rows that are read, those after are applied to them.
        """
        async with self._db.write() as tx:
            if await queries.hold_counts.one_or_none(tx) is None:
                return False
            _, position, current = await queries.state.one(tx)
            lacking = await self._mirror.missing(copy, [window])
            if current != copy or not lacking:
                return True
            [(_, after)] = lacking
            rows = await queries.elements_after.many(tx, window, after, _LOADED)
            last = len(rows) < _LOADED
            loaded = await self._mirror.load(
                copy, position, window, [Element(*row) for row in rows], first=not after, last=last
            )
        return last or not loaded

    def _note_away(self, error: MirrorAway) -> None:
        now = _now()
        self._again_at = now + _AGAIN
        if self._away_since is None:
            self._away_since = now
            log.warning("boards_redis_away", why=str(error), answers="postgresql")


def _now() -> float:
    return asyncio.get_running_loop().time()
