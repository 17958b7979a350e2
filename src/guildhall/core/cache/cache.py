"""The tiered cache: memory, Redis, PostgreSQL, then the source, once for all who wait."""

import asyncio
import contextlib
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import structlog

from guildhall.clock import Clock
from guildhall.core.cache import queries
from guildhall.core.cache.actions import CHANNEL, Said, tell_filled
from guildhall.core.cache.memory import MemoryTier
from guildhall.core.cache.redis import RedisTier
from guildhall.core.cache.schemas import Answer, Entry, Fetched, Kind, Tier
from guildhall.core.cache.settings import CacheSettings
from guildhall.db.listen import Listener
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.ids import uuid7

log = structlog.get_logger(__name__)

Load = Callable[[], Awaitable[Fetched]]
"""Asks the source. Raises Unavailable when it is down, lies or has no budget left."""
Stored = Callable[[], Awaitable[Fetched | None]]
"""Reads a pack's own tables, which are then the durable tier instead of core.cached_data."""

_RETRY = (2.0, 60.0)
"""Seconds before a source that failed is asked again for the same key: at first, at most."""
_LEASE = timedelta(seconds=60)
_POLL = 0.25
"""Seconds between looks while another process fetches; a notification ends the wait sooner."""


class Cache:
    """Answers by key, through the tiers. One for each process."""

    def __init__(self, db: Database, settings: CacheSettings, clock: Clock, redis: RedisTier | None = None) -> None:
        self._db = db
        self._settings = settings
        self._clock = clock
        self._redis = redis
        self.memory = MemoryTier(settings.memory_mb * 1_000_000, settings.largest_kb * 1000)
        self.counts: dict[tuple[str, str, str], int] = defaultdict(int)
        """Look-ups by kind, tier and outcome: hit, stale, miss; of the source: hit, negative, failed."""
        self.waited: dict[tuple[str, str], float] = defaultdict(float)
        """Seconds spent in look-ups by kind and tier."""
        self._flights: dict[str, asyncio.Task[Answer]] = {}
        self._dirty: set[str] = set()
        self._filled: dict[str, asyncio.Event] = {}
        self._refreshing = asyncio.Semaphore(settings.refreshes)
        self._tasks: set[asyncio.Task[Any]] = set()
        self._failures: dict[str, int] = {}

    def hear(self, listener: Listener) -> None:
        """Take part in invalidation: register with a listener before it starts."""
        listener.hear(CHANNEL, self._heard, on_gap=self.memory.clear)

    async def close(self) -> None:
        """Stop the background refreshes."""
        for task in [*self._tasks, *self._flights.values()]:
            task.cancel()
        await asyncio.gather(*self._tasks, *self._flights.values(), return_exceptions=True)
        if self._redis is not None:
            await self._redis.close()

    async def get(self, kind: Kind, key: str, load: Load, stored: Stored | None = None) -> Answer:
        """The answer of `key`, from the first tier that has it fresh.

        A stale answer is served at once while one refresh runs behind it. When the source fails, what is
        there is served however old it is. Raises what `load` raises (Unavailable) when there is nothing.
        """
        entry = self.memory.get(key)
        if entry is not None:
            now = self._clock.timestamp()
            if now < entry.expires_at:
                self.counts[kind.name, "memory", "hit"] += 1
                return Answer(entry, "memory", "fresh")
            if now < entry.stale_until:
                self.counts[kind.name, "memory", "stale"] += 1
                if now >= entry.retry_at:
                    self._refresh_behind(kind, key, load, stored, entry)
                    return Answer(entry, "memory", "stale")
                return Answer(entry, "memory", "stale-on-error")
        self.counts[kind.name, "memory", "miss"] += 1
        return await self._once(key, lambda: self._resolve(kind, key, load, stored, entry))

    def drop(self, key: str) -> None:
        """Forget a key in this process at once, before the notification of its change comes round."""
        self._forget([key])

    async def _once(self, key: str, start: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        """One flight for all who want the key; a caller that leaves does not end it for the others."""
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(start(), name=f"cache {key}")
            self._flights[key] = flight
            flight.add_done_callback(lambda done: self._landed(key, done))
        return await asyncio.shield(flight)

    def _landed(self, key: str, flight: "asyncio.Task[Answer]") -> None:
        if self._flights.get(key) is flight:
            del self._flights[key]
        self._dirty.discard(key)
        if not flight.cancelled():
            flight.exception()  # seen, even when nobody waits any more

    def _refresh_behind(self, kind: Kind, key: str, load: Load, stored: Stored | None, entry: Entry) -> None:
        """Refresh while the stale answer is served; not when as many refreshes run as may."""
        if key in self._flights or self._refreshing.locked():
            return

        async def refresh() -> None:
            async with self._refreshing:
                try:
                    await self._once(key, lambda: self._resolve(kind, key, load, stored, entry, behind=True))
                except Unavailable as error:
                    log.info("refresh_failed", key=key, why=str(error))

        task = asyncio.create_task(refresh(), name=f"refresh {key}")
        self._tasks.add(task)
        task.add_done_callback(self._refreshed)

    def _refreshed(self, task: "asyncio.Task[Any]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("refresh_broken", exc_info=error)

    async def _resolve(
        self,
        kind: Kind,
        key: str,
        load: Load,
        stored: Stored | None,
        best: Entry | None,
        behind: bool = False,
    ) -> Answer:
        """Memory has nothing fresh: look below, then ask the source."""
        try:
            found = await self._look_below(kind, key, stored)
        except Unavailable:
            if best is None:
                raise
            return self._stand_in(best)
        now = self._clock.timestamp()
        if found is not None:
            if now < found.expires_at:
                self._keep(found)
                return Answer(found, found.tier, "fresh")
            if best is None or found.as_of >= best.as_of:
                best = found
        if best is not None and not behind and now < best.stale_until:
            self._keep(best)
            self._tasks.add(task := asyncio.create_task(self._after_flight(kind, key, load, stored, best)))
            task.add_done_callback(self._refreshed)
            return Answer(best, best.tier, "stale")
        return await self._fetch(kind, key, load, stored, best)

    async def _after_flight(self, kind: Kind, key: str, load: Load, stored: Stored | None, entry: Entry) -> None:
        """Begin the refresh of a stale answer found below once the flight that found it has landed."""
        flight = self._flights.get(key)
        if flight is not None:
            await asyncio.wait({flight})
        self._refresh_behind(kind, key, load, stored, entry)

    async def _look_below(self, kind: Kind, key: str, stored: Stored | None) -> Entry | None:
        """Redis, then PostgreSQL: the first that is fresh, else the youngest."""
        best: Entry | None = None
        if self._redis is not None:
            began = time.perf_counter()
            answer = await self._redis.get(key, self._clock.timestamp())
            best = (
                self._entry(kind, key, Fetched(answer.data, answer.as_of, answer.status), "redis", answer.expires_at)
                if answer is not None
                else None
            )
            if self._count(kind, "redis", best, began):
                return best
        began = time.perf_counter()
        found: Entry | None = None
        if stored is not None and (fetched := await stored()) is not None:
            lives = kind.stored_ttl if kind.stored_ttl is not None else kind.ttl
            good_until = fetched.as_of + lives
            now = self._clock.now()
            expires = min(now + self._spread(kind.ttl), good_until) if now < good_until else good_until
            found = self._entry(kind, key, fetched, "database", expires)
        else:
            async with self._db.read() as tx:
                row = await queries.stored_answer.one_or_none(tx, key)
            if row is not None:
                found = self._entry(kind, key, Fetched(row.data, row.as_of, row.status), "database", row.expires_at)
        self._count(kind, "database", found, began)
        if found is not None and (best is None or found.as_of >= best.as_of):
            best = found
        return best

    def _count(self, kind: Kind, tier: Tier, entry: Entry | None, began: float) -> bool:
        """Count a look-up below memory; whether it found a fresh answer."""
        self.waited[kind.name, tier] += time.perf_counter() - began
        if entry is None:
            self.counts[kind.name, tier, "miss"] += 1
            return False
        fresh = self._clock.timestamp() < entry.expires_at
        self.counts[kind.name, tier, "hit" if fresh else "stale"] += 1
        return fresh

    async def _fetch(self, kind: Kind, key: str, load: Load, stored: Stored | None, best: Entry | None) -> Answer:
        """Ask the source, in one process at a time; whoever waits takes what that one stored."""
        holder = uuid7()
        deadline = time.monotonic() + self._settings.wait_seconds
        try:
            while not await self._leased(key, holder):
                found = await self._wait_for_other(kind, key, stored, deadline)
                if found is not None:
                    self._keep(found)
                    return Answer(found, found.tier, "fresh")
                if time.monotonic() >= deadline:
                    raise Unavailable("Another process has been fetching this for too long.", 2)
            try:
                found = await self._look_below(kind, key, stored)
                if (
                    found is not None
                    and self._clock.timestamp() < found.expires_at
                    and (best is None or found.as_of > best.as_of)
                ):  # filled between the look and the lease
                    self._keep(found)
                    return Answer(found, found.tier, "fresh")
                return await self._load(kind, key, load, stored)
            finally:
                await self._release(key, holder)
        except Unavailable:
            self.counts[kind.name, "source", "failed"] += 1
            if best is None:
                raise
            return self._stand_in(best)

    async def _load(self, kind: Kind, key: str, load: Load, stored: Stored | None) -> Answer:
        began = time.perf_counter()
        fetched = await load()
        self.waited[kind.name, "source"] += time.perf_counter() - began
        self.counts[kind.name, "source", "hit" if fetched.status == 200 else "negative"] += 1
        self._failures.pop(key, None)
        negative = fetched.status != 200
        lives = fetched.ttl or (timedelta(seconds=self._settings.negative_seconds) if negative else kind.ttl)
        entry = self._entry(kind, key, fetched, "source", self._clock.now() + self._spread(lives))
        self._keep(entry)
        now = self._clock.timestamp()
        if self._redis is not None:
            await self._redis.put(key, entry.body, entry.status, entry.as_of, entry.expires_at, now)
        if stored is None or negative:
            async with self._db.write() as tx:
                await queries.store_answer.run(
                    tx, uuid7(), key, fetched.body, fetched.status, fetched.as_of,
                    datetime.fromtimestamp(entry.expires_at, UTC), tx.now,
                )  # fmt: skip
        return Answer(entry, "source", "fresh")

    def _stand_in(self, best: Entry) -> Answer:
        """Serve what is there while its source is down, and leave the source alone for a while."""
        failures = self._failures.get(best.key, 0)
        if len(self._failures) > 10_000:
            self._failures.clear()
        self._failures[best.key] = failures + 1
        now = self._clock.timestamp()
        wait = min(_RETRY[0] * 2**failures, _RETRY[1]) * random.uniform(0.5, 1.0)  # noqa: S311
        best.retry_at = now + wait
        # However old it is: until the next try it is what there is.
        best.stale_until = max(best.stale_until, best.retry_at + wait)
        self._keep(best)
        return Answer(best, best.tier, "stale-on-error")

    async def _leased(self, key: str, holder: Any) -> bool:
        async with self._db.write() as tx:
            return await queries.lease.one_or_none(tx, key, holder, _LEASE) is not None

    async def _release(self, key: str, holder: Any) -> None:
        """Let go of the lease and wake who waits; if that fails the lease runs out by itself."""
        with contextlib.suppress(Unavailable):
            async with self._db.write() as tx:
                await queries.release_lease.run(tx, key, holder)
                await tell_filled(tx, [key])

    async def _wait_for_other(self, kind: Kind, key: str, stored: Stored | None, deadline: float) -> Entry | None:
        """Wait a moment for the process that fetches, then look whether its answer is there."""
        event = self._filled.setdefault(key, asyncio.Event())
        left = max(0.01, min(_POLL, deadline - time.monotonic()))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(event.wait(), left)
        self._filled.pop(key, None)
        found = await self._look_below(kind, key, stored)
        fresh = found is not None and self._clock.timestamp() < found.expires_at
        return found if fresh else None

    def _entry(self, kind: Kind, key: str, fetched: Fetched, tier: Tier, expires_at: datetime) -> Entry:
        return Entry(kind, key, fetched.body, fetched.status, fetched.as_of.timestamp(), expires_at.timestamp(), tier)

    def _spread(self, lives: timedelta) -> timedelta:
        """A lifetime made a little shorter by chance, so that what was stored together expires apart."""
        return lives * (1.0 - random.uniform(0.0, self._settings.jitter))  # noqa: S311

    def _keep(self, entry: Entry) -> None:
        """Into memory, unless the key was invalidated while this flight was on its way."""
        if entry.key not in self._dirty:
            self.memory.put(entry)

    def _forget(self, keys: list[str]) -> None:
        for key in keys:
            self.memory.discard(key)
            if key in self._flights:
                self._dirty.add(key)

    def _heard(self, payload: str) -> None:
        """Another process, or this one, has said something about keys."""
        said = msgspec.json.decode(payload, type=Said)
        for key in said.filled:
            if (event := self._filled.get(key)) is not None:
                event.set()
        self._forget(said.forget)
        for prefix in said.prefixes:
            self.memory.discard_prefix(prefix)
            self._dirty.update(key for key in self._flights if key.startswith(prefix))
        if self._redis is not None and (said.forget or said.prefixes):
            self._tasks.add(task := asyncio.create_task(self._forget_in_redis(self._redis, said)))
            task.add_done_callback(self._refreshed)

    async def _forget_in_redis(self, redis: RedisTier, said: Said) -> None:
        now = self._clock.timestamp()
        await redis.forget(said.forget, now)
        for prefix in said.prefixes:
            await redis.forget_prefix(prefix, now)
