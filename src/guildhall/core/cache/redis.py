"""The second tier, where there is one: Redis, shared by all processes."""

from datetime import UTC, datetime
from typing import cast

import msgspec
from msgspec import Struct
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from guildhall.core.cache.schemas import Entry, StoredAnswer
from guildhall.errors import Misconfigured
from guildhall.log import get_logger

log = get_logger(__name__)

_PREFIX = "guildhall:"
_DOWN_FOR = 5.0
"""Seconds that a Redis which failed is left alone, so that its timeouts are not every request's."""


class _Stored(Struct, frozen=True, array_like=True):
    status: int
    as_of: float
    expires_at: float
    data: bytes


async def open_tier(url: str, keep_stale: float) -> "RedisTier":
    """Connect the Redis tier. Raises Misconfigured when nothing answers at the configured URL."""
    try:
        tier = RedisTier(url, keep_stale)
        await tier.ping()
    except (RedisError, OSError, ValueError) as error:
        raise Misconfigured(f"GUILDHALL_REDIS_URL: no Redis answers there ({error}).") from None
    return tier


class RedisTier:
    """Answers in Redis. A Redis that fails is a miss and a count, never an error: other tiers are behind it."""

    def __init__(self, url: str, keep_stale: float) -> None:
        # Once more, for a pooled connection that a restart has broken; no patience beyond that.
        self._redis: Redis = Redis.from_url(
            url, socket_timeout=0.5, socket_connect_timeout=0.5, retry=Retry(NoBackoff(), 1)
        )
        self._keep_stale = keep_stale
        self._encoder = msgspec.msgpack.Encoder()
        self._decoder = msgspec.msgpack.Decoder(_Stored)
        self._down_until = 0.0
        self.failures = 0

    async def ping(self) -> None:
        """Raises OSError when no Redis answers at the URL."""
        try:
            await self._redis.ping()
        except RedisError as error:
            await self.close()
            raise OSError(str(error)) from error

    async def close(self) -> None:
        """Close the connections."""
        await self._redis.aclose()

    async def get(self, key: str, now: float) -> StoredAnswer | None:
        """The answer, fresh or stale."""
        if now < self._down_until:
            return None
        try:
            data = await self._redis.get(_PREFIX + key)
        except (RedisError, OSError) as error:
            self._failed(now, error)
            return None
        if data is None:
            return None
        try:
            stored = self._decoder.decode(cast(bytes, data))
        except msgspec.MsgspecError as error:
            log.warning("redis_answer_unreadable", key=key, why=str(error))
            return None
        return StoredAnswer(
            stored.data, stored.status, datetime.fromtimestamp(stored.as_of, UTC),
            datetime.fromtimestamp(stored.expires_at, UTC),
        )  # fmt: skip

    async def put(self, entry: Entry, now: float) -> None:
        """Keep an answer until its stale life ends."""
        if now < self._down_until:
            return
        value = self._encoder.encode(_Stored(entry.status, entry.as_of, entry.expires_at, entry.body))
        try:
            await self._redis.set(_PREFIX + entry.key, value, ex=max(1, int(entry.expires_at - now + self._keep_stale)))
        except (RedisError, OSError) as error:
            self._failed(now, error)

    async def forget(self, keys: list[str], now: float) -> None:
        """Forget keys."""
        if now < self._down_until or not keys:
            return
        try:
            await self._redis.delete(*(_PREFIX + key for key in keys))
        except (RedisError, OSError) as error:
            self._failed(now, error)

    async def forget_prefix(self, prefix: str, now: float) -> None:
        """Forget all keys that begin so."""
        if now < self._down_until:
            return
        pattern = _PREFIX + "".join("\\" + c if c in "*?[]\\^-" else c for c in prefix) + "*"
        try:
            async for key in self._redis.scan_iter(match=pattern, count=1000):
                await self._redis.delete(key)
        except (RedisError, OSError) as error:
            self._failed(now, error)

    def _failed(self, now: float, error: Exception) -> None:
        self.failures += 1
        self._down_until = now + _DOWN_FOR
        log.warning("redis_failed", why=str(error) or type(error).__name__, left_alone_seconds=_DOWN_FOR)
