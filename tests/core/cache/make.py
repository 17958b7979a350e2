"""Sources that count how often they are asked, and caches as processes have them."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from typing import Any

from guildhall.clock import SetClock
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.redis import RedisTier
from guildhall.core.cache.schemas import Fetched, Kind
from guildhall.core.cache.settings import CacheSettings
from guildhall.db.listen import Listener
from guildhall.db.policies import APP
from guildhall.db.pool import Database, PoolSettings

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
THING = Kind("thing", ttl=timedelta(minutes=10), stale_for=timedelta(hours=1))
OWNED = Kind("owned", ttl=timedelta(minutes=10), stored_ttl=timedelta(hours=2), stale_for=timedelta(hours=1))


def cache_settings(**chosen: Any) -> CacheSettings:
    """Settings that owe nothing to a file."""
    return CacheSettings(**{"_env_file": None, **chosen})


class Source:
    """A source of answers: what it says, whether it fails, and how often it was asked."""

    def __init__(self, clock: SetClock, body: bytes = b'{"n": 1}') -> None:
        self.clock = clock
        self.body = body
        self.status = 200
        self.ttl: timedelta | None = None
        self.error: BaseException | None = None
        self.asked = 0
        self.gate: asyncio.Event | None = None
        """When set, answers wait for it."""
        self.began = asyncio.Event()

    async def __call__(self) -> Fetched:
        self.asked += 1
        self.began.set()
        said = Fetched(self.body, self.clock.now(), self.status, self.ttl)
        if self.gate is not None:
            await self.gate.wait()
        if self.error is not None:
            raise self.error
        return said


class Process:
    """What a web process has: a pool, a cache that hears of invalidations."""

    def __init__(self, db: Database, cache: Cache, listener: Listener) -> None:
        self.db = db
        self.cache = cache
        self.listener = listener


class Processes:
    """Opens caches on one database, each with a pool of its own."""

    def __init__(self, url: str, stack: contextlib.AsyncExitStack) -> None:
        self.url = url
        self.clock = SetClock(NOW)
        self._stack = stack

    async def open(self, redis: str | None = None, hears: bool = True, **settings: Any) -> Process:
        """One more process. Without jitter unless settings say so."""
        db = await Database.open(PoolSettings(self.url, APP, application="test-cache"), self.clock)
        self._stack.push_async_callback(db.close)
        tier = None if redis is None else RedisTier(redis, 7 * 86400)
        cache = Cache(db, cache_settings(**{"jitter": 0.0, **settings}), self.clock, tier)
        self._stack.push_async_callback(cache.close)
        listener = Listener(self.url, APP)
        if hears:
            cache.listen(listener)
            await listener.start()
            self._stack.push_async_callback(listener.stop)
        return Process(db, cache, listener)


async def settle(cache: Cache) -> None:
    """Let what runs in the background come to its end."""
    async with asyncio.timeout(10):
        while cache._flights._tasks or cache._forgetting:
            await asyncio.gather(*cache._flights._tasks, *cache._forgetting, return_exceptions=True)
            await asyncio.sleep(0)
