"""Copies of the boards in Redis' sorted sets.

A list is a sorted set of places, all with the score 0: Redis orders them by their bytes, which are those of
PostgreSQL's index, so that every digit counts. A hash has the place of each member. It has a field with an empty name
once the list is whole, and the field `>` while it is being loaded. Each script checks that both keys are there, for
Redis may evict one of them. A copy that nobody keeps expires.
"""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from guildhall.core.boards.ids import CopyId, WindowId
from guildhall.core.boards.mirror import Element, Found, MirrorAway
from guildhall.core.boards.settings import BoardsSettings
from guildhall.log import get_logger

log = get_logger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_KEPT = 86_400
"""Seconds that a list lives which nobody keeps."""
_DOWN_FOR = 5.0
"""Seconds that a Redis which failed is not asked for answers, so that its timeouts are not every request's."""
_TIMEOUT = 0.5
_BATCH_TIMEOUT = 5.0

_WHOLE = """
if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[3], '') == 0 then return false end
local size = redis.call('ZCARD', KEYS[2])
if size + 1 ~= redis.call('HLEN', KEYS[3]) then return false end
"""
"""KEYS: the lease, the places, the members."""

_PAGE = f"""{_WHOLE}
local found = redis.call('ZRANGEBYLEX', KEYS[2], ARGV[1], '+', 'LIMIT', 0, ARGV[2])
local before = size
if found[1] then before = redis.call('ZRANK', KEYS[2], found[1]) end
return {{size, before, found}}
"""

_AROUND = f"""{_WHOLE}
local place = redis.call('HGET', KEYS[3], ARGV[1])
if not place then return {{size, 0, {{}}}} end
local rank = redis.call('ZRANK', KEYS[2], place)
if not rank then return false end
local first = math.max(0, rank - tonumber(ARGV[2]))
return {{size, first, redis.call('ZRANGE', KEYS[2], first, rank + tonumber(ARGV[3]))}}
"""

_PUT = """
local function put(places, members, member, place)
    local before = redis.call('HGET', members, member)
    if before and before ~= place then redis.call('ZREM', places, before) end
    if place == '' then
        redis.call('HDEL', members, member)
    else
        redis.call('ZADD', places, 0, place)
        redis.call('HSET', members, member, place)
    end
end
"""

_APPLY = f"""{_PUT}
local at = redis.call('GET', KEYS[1])
if at ~= ARGV[1] and at ~= ARGV[2] then return 0 end
for i = 3, #ARGV, 4 do
    -- a list that is neither whole nor being loaded is not here
    if redis.call('HEXISTS', ARGV[i + 1], '') == 1 or redis.call('HEXISTS', ARGV[i + 1], '>') == 1 then
        put(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
    end
end
redis.call('SET', KEYS[1], ARGV[2], 'KEEPTTL')
return 1
"""
"""KEYS: the position. ARGV: the position before, the new one, then four for each element."""

_RENEW = """
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('EXPIRE', KEYS[1], ARGV[3])
redis.call('SET', KEYS[2], '1', 'PX', ARGV[2])
return 1
"""

_LOAD = f"""{_PUT}
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
if ARGV[2] == '1' then redis.call('DEL', KEYS[2], KEYS[3]) end
for i = 5, #ARGV, 2 do put(KEYS[2], KEYS[3], ARGV[i], ARGV[i + 1]) end
if ARGV[3] == '1' then
    redis.call('HDEL', KEYS[3], '>')
    redis.call('HSET', KEYS[3], '', '1')
else
    redis.call('HSET', KEYS[3], '>', ARGV[#ARGV - 1])
end
redis.call('EXPIRE', KEYS[2], ARGV[4])
redis.call('EXPIRE', KEYS[3], ARGV[4])
return 1
"""


class RedisMirror:
    """The copies in one Redis. For answers, a Redis that fails is none at all, and a count."""

    present = True

    def __init__(self, url: str, settings: BoardsSettings) -> None:
        self._redis = _client(url, _TIMEOUT)
        self._batches = _client(url, _BATCH_TIMEOUT)
        self._lease_ms = round(settings.stale_seconds * 1000)
        self._page = self._redis.register_script(_PAGE)
        self._around = self._redis.register_script(_AROUND)
        self._apply = self._batches.register_script(_APPLY)
        self._renew = self._batches.register_script(_RENEW)
        self._load = self._batches.register_script(_LOAD)
        self._down_until = 0.0
        self.failures = 0

    async def close(self) -> None:
        """See Mirror."""
        await self._redis.aclose()
        await self._batches.aclose()

    async def page(self, copy: CopyId, window: WindowId, after: bytes, limit: int) -> Found | None:
        """See Mirror."""
        # Behind the place with whatever time stands behind it.
        low = b"(%s\x00\xff\xff\xff\xff\xff\xff\xff\xff" % after if after else b"-"
        return await self._ask(self._page, copy, window, (low, limit))

    async def around(self, copy: CopyId, window: WindowId, member: str, before: int, behind: int) -> Found | None:
        """See Mirror."""
        return await self._ask(self._around, copy, window, (member, before, behind))

    async def _ask(self, script: Any, copy: CopyId, window: WindowId, arguments: tuple[Any, ...]) -> Found | None:
        now = asyncio.get_running_loop().time()
        if now < self._down_until:
            return None
        try:
            found = await script(keys=(_key(copy, "lease"), *_list(copy, window)), args=arguments)
        except (RedisError, OSError) as error:
            self.failures += 1
            self._down_until = now + _DOWN_FOR
            log.warning("boards_redis_failed", why=str(error) or type(error).__name__, left_alone_seconds=_DOWN_FOR)
            return None
        if found is None:
            return None
        size, before, places = found
        return Found(size, before, [_parsed(one) for one in places])

    async def begin(self, copy: CopyId, position: int) -> None:
        """See Mirror."""
        await self._batch(self._batches.set(_key(copy, "position"), position, ex=_KEPT))

    async def apply(self, copy: CopyId, position: int, elements: Sequence[Element]) -> bool:
        """See Mirror."""
        arguments: list[Any] = [position - 1, position]
        for one in elements:
            arguments += (*_list(copy, one.window_id), one.member, _written(one))
        return bool(await self._batch(self._apply(keys=(_key(copy, "position"),), args=arguments)))

    async def renew(self, copy: CopyId, position: int) -> bool:
        """See Mirror."""
        keys = (_key(copy, "position"), _key(copy, "lease"))
        return bool(await self._batch(self._renew(keys=keys, args=(position, self._lease_ms, _KEPT))))

    async def missing(self, copy: CopyId, windows: Sequence[WindowId]) -> list[tuple[WindowId, str]]:
        """See Mirror."""
        pipe = self._batches.pipeline(transaction=False)
        for window in windows:
            places, members = _list(copy, window)
            pipe.expire(places, _KEPT)
            pipe.expire(members, _KEPT)
            pipe.hmget(members, ["", ">"])
            pipe.zcard(places)
            pipe.hlen(members)
        answers = await self._batch(pipe.execute())
        found: list[tuple[WindowId, str]] = []
        for window, (_, _, (whole, loaded), places, members) in zip(
            windows, zip(*[iter(answers)] * 5, strict=True), strict=True
        ):
            if (whole or loaded) and places + 1 == members:
                if loaded:
                    found.append((window, loaded.decode()))
            else:
                found.append((window, ""))
        return found

    async def load(
        self, copy: CopyId, position: int, window: WindowId, elements: Sequence[Element], *, first: bool, last: bool
    ) -> bool:
        """See Mirror."""
        arguments: list[Any] = [position, int(first), int(last), _KEPT]
        for one in elements:
            arguments += (one.member, _written(one))
        keys = (_key(copy, "position"), *_list(copy, window))
        return bool(await self._batch(self._load(keys=keys, args=arguments)))

    async def _batch(self, work: Any) -> Any:
        """Raises MirrorAway."""
        try:
            return await work
        except (RedisError, OSError) as error:
            raise MirrorAway(str(error) or type(error).__name__) from error


def _client(url: str, timeout: float) -> Redis:
    # Once more, for a pooled connection that a restart has broken; no patience beyond that.
    return Redis.from_url(url, socket_timeout=timeout, socket_connect_timeout=timeout, retry=Retry(NoBackoff(), 1))


def _key(copy: CopyId, name: str) -> str:
    return f"guildhall:boards:{copy.hex}:{name}"


def _list(copy: CopyId, window: WindowId) -> tuple[str, str]:
    """Return the keys of a list: places, members."""
    return _key(copy, f"{window}:places"), _key(copy, f"{window}:members")


def _written(element: Element) -> bytes:
    """Return the bytes of an element: its place, and the time behind a zero byte; none where there is no place."""
    if element.place is None or element.updated_at is None:
        return b""
    micros = (element.updated_at - _EPOCH) // _MICROSECOND
    return element.place + b"\x00" + (micros + 2**63).to_bytes(8)


def _parsed(written: bytes) -> tuple[bytes, datetime]:
    return written[:-9], _EPOCH + (int.from_bytes(written[-8:]) - 2**63) * _MICROSECOND
