"""The ledger in Redis: a counter for each person and group, which lives as long as its window."""

from collections.abc import Sequence

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from guildhall.core.limits.ledger import Counted, LedgerAway, Total

_ADD = """
local totals = {}
for i, key in ipairs(KEYS) do
    local made = redis.call('INCRBY', key, ARGV[2 * i - 1])
    local left = redis.call('PTTL', key)
    if left < 0 then
        left = tonumber(ARGV[2 * i]) * 1000
        redis.call('PEXPIRE', key, left)
    end
    totals[2 * i - 1] = made
    totals[2 * i] = left
end
return totals
"""


class RedisLedger:
    """Counters in Redis. A Redis that loses them begins a new window for everybody."""

    def __init__(self, url: str, seconds: float) -> None:
        self._redis: Redis = Redis.from_url(
            url, socket_timeout=seconds, socket_connect_timeout=seconds, retry=Retry(NoBackoff(), 1)
        )
        self._add = self._redis.register_script(_ADD)

    async def close(self) -> None:
        """See Ledger."""
        await self._redis.aclose()

    async def add(self, rows: Sequence[Counted]) -> list[Total | None]:
        """See Ledger."""
        keys = [f"guildhall:limits:{row.user_id.hex}:{row.endpoint}" for row in rows]
        arguments: list[int] = []
        for row in rows:
            arguments += (row.requests, row.seconds)
        try:
            found = await self._add(keys=keys, args=arguments)
        except (RedisError, OSError) as error:
            raise LedgerAway(str(error) or type(error).__name__) from error
        return [Total(int(made), int(left) / 1000) for made, left in zip(*[iter(found)] * 2, strict=True)]
