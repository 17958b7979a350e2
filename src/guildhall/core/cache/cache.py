"""The tiered cache: memory, Redis, PostgreSQL, then the source, once for all who wait."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from guildhall.clock import Clock
from guildhall.core.cache import queries
from guildhall.core.cache.actions import CHANNEL, Said
from guildhall.core.cache.flights import Flight, Flights
from guildhall.core.cache.leases import Lease, Leases
from guildhall.core.cache.memory import MemoryTier
from guildhall.core.cache.schemas import Answer, Entry, Fetched, Kind, Tier
from guildhall.core.cache.settings import CacheSettings
from guildhall.db.listen import Listener
from guildhall.db.pool import Database
from guildhall.errors import GuildhallError, Unavailable
from guildhall.ids import uuid7
from guildhall.log import get_logger

if TYPE_CHECKING:  # the driver of Redis is large, and loaded only where a URL is set
    from guildhall.core.cache.redis import RedisTier

log = get_logger(__name__)

Load = Callable[[], Awaitable[Fetched]]
"""Asks the source. Raises Unavailable when it is down, lies or has no budget left."""
Stored = Callable[[], Awaitable[Fetched | None]]
"""Reads a pack's own tables, which are then the durable tier instead of core.cached_data."""

_RETRY = (2.0, 60.0)
"""Seconds before a source that failed is asked again for the same key: at first, at most."""


class Wanted(Struct, frozen=True):
    """A caller's request, and the functions that find its answer below memory."""

    kind: Kind
    key: str
    load: Load
    stored: Stored | None


class Cache:
    """Answers by key, through the tiers. One for each process."""

    def __init__(self, db: Database, settings: CacheSettings, clock: Clock, redis: "RedisTier | None" = None) -> None:
        self._db = db
        self._settings = settings
        self._clock = clock
        self._redis = redis
        self._redis_trusted_from = 0.0
        self.memory = MemoryTier(settings.memory_mb * 1_000_000, settings.largest_kb * 1000)
        self.counts: dict[tuple[str, str, str], int] = defaultdict(int)
        """Look-ups by kind, tier and outcome: hit, stale, miss; of the source: hit, negative, failed."""
        self.waited: dict[tuple[str, str], float] = defaultdict(float)
        """Seconds spent in look-ups by kind and tier."""
        self._flights = Flights()
        self._leases = Leases(db)
        self._refreshes = 0
        self._forgetting: set[asyncio.Task[None]] = set()

    def listen(self, listener: Listener) -> None:
        """Take part in invalidation: register with a listener before it starts."""
        listener.listen(CHANNEL, self._heard, on_gap=self._missed)

    async def close(self) -> None:
        """Stop what runs in the background."""
        await self._flights.close()
        await asyncio.gather(*self._forgetting, return_exceptions=True)
        if self._redis is not None:
            await self._redis.close()

    async def get(self, kind: Kind, key: str, load: Load, stored: Stored | None = None) -> Answer:
        """Return the answer of `key`, from the first tier that has it fresh.

        A stale answer is served at once while one refresh runs behind it. When the source fails, a stored answer is
        served regardless of its age. Raises what `load` raises (Unavailable) when there is none.
        """
        entry = self.memory.get(key)
        if entry is not None:
            now = self._clock.timestamp()
            if now < entry.expires_at:
                self.counts[kind.name, "memory", "hit"] += 1
                return Answer(entry, "memory", "fresh")
            if now < entry.stale_until:
                self.counts[kind.name, "memory", "stale"] += 1
                if now < entry.retry_at:
                    return Answer(entry, "memory", "stale-on-error")
                self._refresh_behind(Wanted(kind, key, load, stored), entry)
                return Answer(entry, "memory", "stale")
        self.counts[kind.name, "memory", "miss"] += 1
        flight = self._flights.of(key)
        if flight is None:
            wanted = Wanted(kind, key, load, stored)
            flight = self._flights.start(key, lambda flight: self._resolve(flight, wanted, entry))
        return await flight.answer()

    def drop(self, key: str) -> None:
        """Forget a key in this process at once, before the notification of its change comes round."""
        self.memory.discard(key)
        self._flights.outdate_key(key)

    async def settled(self) -> None:
        """Wait until nothing is being fetched, in the foreground or behind a stale answer."""
        await self._flights.landed()

    def _refresh_behind(self, wanted: Wanted, entry: Entry) -> None:
        """Refresh while the stale answer is served; not when as many refreshes run as may."""
        if self._refreshes >= self._settings.refreshes or self._flights.of(wanted.key) is not None:
            return
        self._refreshes += 1

        async def refresh(flight: Flight) -> Answer:
            try:
                return await self._resolve(flight, wanted, entry, behind=True)
            finally:
                self._refreshes -= 1

        self._flights.start(wanted.key, refresh)

    async def _resolve(self, flight: Flight, wanted: Wanted, best: Entry | None, behind: bool = False) -> Answer:
        """Memory has nothing fresh: look below, then ask the source."""
        try:
            found = await self._look_below(wanted)
        except Unavailable:
            if best is None:
                raise
            return self._stand_in(flight, best)
        now = self._clock.timestamp()
        if found is not None:
            if now < found.expires_at:
                return self._found(flight, found)
            if best is None or found.as_of > best.as_of:
                best = found
        if best is not None and not behind and now < best.stale_until:
            stale = best
            self._keep(flight, stale)
            flight.after = lambda: self._refresh_behind(wanted, stale)
            return Answer(stale, stale.tier, "stale")
        return await self._fetch(flight, wanted, best)

    async def _look_below(self, wanted: Wanted, counted: bool = True) -> Entry | None:
        """Redis, then PostgreSQL: the first that is fresh, else the youngest."""
        best = None
        if self._redis is not None:
            began = time.perf_counter()
            best = await self._from_redis(self._redis, wanted)
            if self._seen(wanted.kind, "redis", best, began, counted):
                return best
        began = time.perf_counter()
        found = await self._from_database(wanted)
        self._seen(wanted.kind, "database", found, began, counted)
        return found if best is None or (found is not None and found.as_of >= best.as_of) else best

    async def _from_redis(self, redis: "RedisTier", wanted: Wanted) -> Entry | None:
        answer = await redis.get(wanted.key, self._clock.timestamp())
        if answer is None or answer.as_of.timestamp() < self._redis_trusted_from:
            return None
        return _entry(wanted, Fetched(answer.data, answer.as_of, answer.status), "redis", answer.expires_at)

    async def _from_database(self, wanted: Wanted) -> Entry | None:
        if wanted.stored is not None and (fetched := await wanted.stored()) is not None:
            kind = wanted.kind
            now = self._clock.now()
            if fetched.ttl is not None:  # read just now, and known to hold for that long, however old it is
                return _entry(wanted, fetched, "database", now + self._spread(fetched.ttl))
            good_until = fetched.as_of + (kind.ttl if kind.stored_ttl is None else kind.stored_ttl)
            expires_at = min(now + self._spread(kind.ttl), good_until) if now < good_until else good_until
            return _entry(wanted, fetched, "database", expires_at)
        async with self._db.read() as tx:
            row = await queries.stored_answer.one_or_none(tx, wanted.key)
        if row is None:
            return None
        return _entry(wanted, Fetched(row.data, row.as_of, row.status), "database", row.expires_at)

    def _seen(self, kind: Kind, tier: Tier, entry: Entry | None, began: float, counted: bool) -> bool:
        """Count a look-up below memory; return whether it found a fresh answer."""
        fresh = entry is not None and self._clock.timestamp() < entry.expires_at
        if counted:
            self.waited[kind.name, tier] += time.perf_counter() - began
            self.counts[kind.name, tier, "miss" if entry is None else "hit" if fresh else "stale"] += 1
        return fresh

    async def _fetch(self, flight: Flight, wanted: Wanted, best: Entry | None) -> Answer:
        """Ask the source, in one process at a time; the others wait and take the answer that this one stored."""
        lease = Lease(wanted.key)
        try:
            found = await self._turn(wanted, lease)
            return self._found(flight, found) if found is not None else await self._ask(flight, wanted, lease)
        except Exception as error:
            if best is None:
                raise
            if not isinstance(error, GuildhallError):
                log.error("answer_not_made", key=wanted.key, exc_info=error)
            return self._stand_in(flight, best)
        finally:
            await self._leases.release(lease)

    async def _turn(self, wanted: Wanted, lease: Lease) -> Entry | None:
        """Take the lease, or the fresh answer of the process that had it. Raises Unavailable."""
        deadline = time.monotonic() + self._settings.wait_seconds
        while True:
            leased = await self._leases.take(lease)
            found = await self._look_below(wanted, counted=False)
            if found is not None and self._clock.timestamp() < found.expires_at:
                return found
            if leased:
                return None
            if time.monotonic() >= deadline:
                raise Unavailable(detail="Another process has been fetching this for too long.", retry_after=2)
            await self._leases.wait(wanted.key, deadline)

    async def _ask(self, flight: Flight, wanted: Wanted, lease: Lease) -> Answer:
        """Call the source, and store what it says below and in memory."""
        kind = wanted.kind
        began = time.perf_counter()
        try:
            fetched = await wanted.load()
        except Exception:
            self.counts[kind.name, "source", "failed"] += 1
            raise
        finally:
            self.waited[kind.name, "source"] += time.perf_counter() - began
        negative = fetched.status != 200
        self.counts[kind.name, "source", "negative" if negative else "hit"] += 1
        lives = fetched.ttl
        if lives is None:
            lives = timedelta(seconds=self._settings.negative_seconds) if negative else kind.ttl
        entry = _entry(wanted, fetched, "source", self._clock.now() + self._spread(lives))
        if await self._store(entry, lease, in_table=wanted.stored is None or negative):
            self._keep(flight, entry)
            if self._redis is not None and not flight.outdated:
                await self._redis.put(entry, self._clock.timestamp())
                if flight.outdated:  # meanwhile
                    await self._redis.forget([entry.key], self._clock.timestamp())
        return Answer(entry, "source", "fresh")

    async def _store(self, entry: Entry, lease: Lease, in_table: bool) -> bool:
        """Store and give the lease back; False when the key was invalidated while the source was asked.

        Without a database the answer is served and kept all the same.
        """
        try:
            async with self._db.write() as tx:
                held = await self._leases.finish(tx, lease)
                if held and in_table:
                    await queries.store_answer.run(
                        tx, uuid7(), entry.key, entry.body, entry.status,
                        datetime.fromtimestamp(entry.as_of, UTC), datetime.fromtimestamp(entry.expires_at, UTC), tx.now,
                    )  # fmt: skip
        except Unavailable as error:
            log.warning("answer_not_stored", key=entry.key, why=str(error))
            return True
        lease.open = False
        return held

    def _found(self, flight: Flight, entry: Entry) -> Answer:
        self._keep(flight, entry)
        return Answer(entry, entry.tier, "fresh")

    def _stand_in(self, flight: Flight, best: Entry) -> Answer:
        """Serve the stored answer while its source is down, and leave the source alone for a while."""
        now = self._clock.timestamp()
        wait = min(_RETRY[0] * 2**best.failures, _RETRY[1]) * random.uniform(0.5, 1.0)  # noqa: S311 (jitter)
        best.failures += 1
        best.retry_at = now + wait
        # However old it is: until the next try it is what there is.
        best.stale_until = max(best.stale_until, best.retry_at + wait)
        self._keep(flight, best)
        return Answer(best, best.tier, "stale-on-error")

    def _spread(self, lives: timedelta) -> timedelta:
        """A lifetime made a little shorter by chance, so that what was stored together expires apart."""
        return lives * (1.0 - random.uniform(0.0, self._settings.jitter))  # noqa: S311 (jitter)

    def _keep(self, flight: Flight, entry: Entry) -> None:
        """Put an entry into memory, unless the key was invalidated while this flight was on its way."""
        if not flight.outdated and not entry.alive:
            self.memory.put(entry)

    def _missed(self) -> None:
        """Notifications were lost: whatever is known from before may have been invalidated."""
        self.memory.clear()
        self._flights.outdate(lambda _: True)
        self._redis_trusted_from = self._clock.timestamp()

    def _heard(self, payload: str) -> None:
        """Another process, or this one, has said something about keys."""
        try:
            said = msgspec.json.decode(payload, type=Said)
        except msgspec.MsgspecError as error:
            log.warning("cache_notice_unreadable", why=str(error))
            return
        self._leases.filled(said.filled)
        for key in said.forget:
            self.drop(key)
        for prefix in said.prefixes:
            self.memory.discard_prefix(prefix)
            self._flights.outdate(lambda key, prefix=prefix: key.startswith(prefix))  # type: ignore[misc]
        if self._redis is not None and (said.forget or said.prefixes):
            task = asyncio.create_task(self._forget_in_redis(self._redis, said))
            self._forgetting.add(task)
            task.add_done_callback(self._forgetting.discard)

    async def _forget_in_redis(self, redis: "RedisTier", said: Said) -> None:
        now = self._clock.timestamp()
        await redis.forget(said.forget, now)
        for prefix in said.prefixes:
            await redis.forget_prefix(prefix, now)


def _entry(wanted: Wanted, fetched: Fetched, tier: Tier, expires_at: datetime) -> Entry:
    return Entry(
        wanted.kind, wanted.key, fetched.body, fetched.status, fetched.as_of.timestamp(), expires_at.timestamp(), tier
    )
