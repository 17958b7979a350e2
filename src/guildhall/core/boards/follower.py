"""The background loop of web processes that counts changes, and keeps the copy in Redis up to date."""

import asyncio
import contextlib

import asyncpg

from guildhall.core.boards.copying import Copier
from guildhall.core.boards.counting import count_changes, merge_small, split_grown
from guildhall.core.boards.mirror import Mirror, MirrorAway
from guildhall.core.boards.queries import counts as queries
from guildhall.core.boards.settings import BoardsSettings
from guildhall.core.boards.standings import Standings
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.log import get_logger

log = get_logger(__name__)

_AGAIN = 1.0
"""Seconds until another round when one failed."""
_TIDY = 600.0
"""Seconds between two merges of small counts."""


class BoardFollower:
    """Counts changes every `count_seconds`. Of several processes, one does the work of a round."""

    def __init__(self, db: Database, settings: BoardsSettings, mirror: Mirror, standings: Standings) -> None:
        self._db = db
        self._settings = settings
        self._standings = standings
        self.copier = Copier(db, mirror)
        self._task: asyncio.Task[None] | None = None
        self._grown = True
        self._tidied = float("-inf")
        self.pending = False
        """True where changes waited to be counted at the last look."""
        self.counted = 0
        """Changes that this process has counted."""

    def start(self) -> None:
        """Start the loop."""
        self._task = asyncio.create_task(self._run(), name="board-follower")

    async def close(self) -> None:
        """Stop, in the middle of a round if one is under way."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                more = await self.round()
            except (Unavailable, asyncpg.PostgresError) as error:
                log.warning("boards_not_counted", why=str(error) or type(error).__name__, again_in=_AGAIN)
                await asyncio.sleep(_AGAIN)
                continue
            if not more:
                await asyncio.sleep(self._settings.count_seconds)

    async def round(self) -> bool:
        """Count a batch, and bring the copy up to date; return whether there is more to do.

        Raises DatabaseUnavailable.
        """
        now = asyncio.get_running_loop().time()
        async with self._db.single() as tx:
            self.pending, position, self._standings.copy = await queries.state.one(tx)
        if self.pending:
            counted = await self._count()
            if counted is None or counted >= self._settings.count_batch:
                return counted is not None
            async with self._db.single() as tx:
                _, position, self._standings.copy = await queries.state.one(tx)
        more = await self.copier.keep(self._standings.copy, position, now)
        if self._grown:
            await split_grown(self._db)
            self._grown = False
        if now >= self._tidied + _TIDY:
            self._tidied = now
            await merge_small(self._db)
        return more

    async def _count(self) -> int | None:
        """Return the number of changes that were counted; None if they wait for Redis, or another process counts."""
        if self.copier.waits():
            return None
        try:
            async with self._db.write() as tx:
                done = await count_changes(tx, self._settings.count_batch)
                if done.changes > 0:
                    await self.copier.apply(tx, done)
        except MirrorAway:
            return None
        if done.changes < 0:
            return None
        self._grown = self._grown or done.grown
        self.counted += done.changes
        return done.changes
