"""The way between the processes by Redis."""

import asyncio
import contextlib

from redis.asyncio import Redis
from redis.exceptions import RedisError

from guildhall.core.realtime.backplane import CHANNEL, Receive, TextBatches
from guildhall.db.listen import Listener
from guildhall.log import get_logger

log = get_logger(__name__)

_AGAIN = 1.0
"""Seconds until a Redis that was lost is asked again."""


class RedisBackplane:
    """Signs and announcements by Redis, which spares PostgreSQL a NOTIFY for each commit."""

    announces = True

    def __init__(self, url: str) -> None:
        self._batches = TextBatches(self._leave, 0.0)
        self._redis: Redis = Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5, decode_responses=True)
        self._callbacks: list[Receive] = []
        self._hearing: asyncio.Task[None] | None = None

    def say(self, text: str) -> None:
        """See Backplane."""
        self._batches.add(text)

    def subscribe(self, listener: Listener, callback: Receive) -> None:
        """See Backplane."""
        self._callbacks.append(callback)
        if self._hearing is None:
            self._hearing = asyncio.create_task(self._listen(), name="redis-signs")

    async def _listen(self) -> None:
        while True:
            try:
                async with self._redis.pubsub(ignore_subscribe_messages=True) as pubsub:
                    await pubsub.subscribe(CHANNEL)
                    while True:
                        message = await pubsub.get_message(timeout=5.0)
                        if message is not None:
                            for text in str(message["data"]).split("\n"):
                                for callback in self._callbacks:
                                    callback(text)
            except (RedisError, OSError) as error:
                log.warning("redis_signs_unheard", why=str(error), again_in=_AGAIN)
                await asyncio.sleep(_AGAIN)

    async def _leave(self, payload: str) -> None:
        try:
            await self._redis.publish(CHANNEL, payload)
        except (RedisError, OSError) as error:
            log.warning("signs_lost", why=str(error))

    async def close(self) -> None:
        """See Backplane."""
        await self._batches.settle()
        if self._hearing is not None:
            self._hearing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._hearing
        await self._redis.aclose()
