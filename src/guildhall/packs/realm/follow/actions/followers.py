"""The background loop of the message projections in web processes: counts, search index, populations."""

import asyncio
import contextlib

import asyncpg

from guildhall.core.realtime.hub import Hub
from guildhall.core.realtime.queries import live_head
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.log import get_logger
from guildhall.packs.realm.follow.actions.counts import count_new_messages
from guildhall.packs.realm.follow.actions.population import refresh_population
from guildhall.packs.realm.follow.actions.search_index import index_new_messages
from guildhall.packs.realm.follow.queries.population import misjudged_populations
from guildhall.packs.realm.settings import RealmSettings

log = get_logger(__name__)

_AGAIN = 1.0
"""Seconds until another round when one failed."""


class Followers:
    """Runs the projections `follow_seconds` after a commit, and every `follow_idle_seconds` without one.

    One of several processes does the work of a round.
    """

    def __init__(self, db: Database, settings: RealmSettings, hub: Hub) -> None:
        self._db = db
        self._seconds = settings.follow_seconds
        self._idle_seconds = settings.follow_idle_seconds
        self._news = asyncio.Event()
        hub.watch_ticks(self._news.set)
        self._task: asyncio.Task[None] | None = None
        self._seen = -1

    def start(self) -> None:
        """Start the loop of the projections."""
        self._task = asyncio.create_task(self._run(), name="realm-followers")

    async def close(self) -> None:
        """Stop after the round that is under way."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._idle_seconds):
                    await self._news.wait()
            await asyncio.sleep(self._seconds)  # what comes meanwhile is of the same round
            self._news.clear()
            try:
                await self._round()
            except (Unavailable, asyncpg.PostgresError) as error:
                self._news.set()
                log.warning("followers_failed", why=str(error) or type(error).__name__, again_in=_AGAIN)
                await asyncio.sleep(_AGAIN)

    async def _round(self) -> None:
        async with self._db.single() as tx:
            head, _ = await live_head.one(tx)
            wrong = await misjudged_populations.many(tx, None)
        if head != self._seen:
            await count_new_messages(self._db)
            await index_new_messages(self._db)
            self._seen = head
        if wrong:
            async with self._db.write() as tx:
                await refresh_population(tx, wrong)
