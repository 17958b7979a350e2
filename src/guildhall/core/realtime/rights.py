"""The rights of readers: checked when they begin to follow a topic, and again when they may have changed."""

import asyncio
import contextlib
from collections.abc import Callable
from uuid import UUID

from guildhall.core.realtime.connections import Connection
from guildhall.core.realtime.history import Missed
from guildhall.core.realtime.hub import Hub
from guildhall.core.realtime.subscriptions import Subscription
from guildhall.db.pool import Database
from guildhall.errors import GuildhallError, Unavailable
from guildhall.log import get_logger

log = get_logger(__name__)

_AT_ONCE = 8
"""Checks that run at the same time."""
_AGAIN = 0.5
"""Seconds until another attempt to check while the database is away; nothing is given meanwhile."""


class Rights:
    """The checks of a process. `release` gives a held subscription free, `end` ends one that may not go on."""

    def __init__(
        self,
        db: Database,
        hub: Hub,
        release: Callable[[Connection, Subscription], None],
        end: Callable[[Connection, Subscription, GuildhallError], None],
    ) -> None:
        self._db = db
        self._hub = hub
        self._release = release
        self._end = end
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Stop the checks that run."""
        for task in tuple(self._tasks):
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def check(self, subscription: Subscription, after: UUID | None = None, position: int = 0) -> Missed | None:
        """Check that the reader may follow the topic, and return what they missed after an id and up to a position.

        Raises as `may_follow`.
        """
        reader = subscription.reader
        assert isinstance(reader, Connection)
        while True:
            turns = subscription.turns
            async with self._places, self._db.write(reader.principal.viewer) as tx:
                floor = await subscription.kind.may_follow(tx, reader.principal, subscription.key)
            found = None
            if after is not None and turns == subscription.turns:
                begin = after if floor is None else max(after, floor)
                found = await self._hub.since(subscription.topic, subscription.kind.sources, begin, position)
            if turns == subscription.turns:
                return found

    def check_soon(self, subscription: Subscription) -> None:
        """Check a subscription, which the hub holds, because its rights may have changed."""
        if not subscription.judging:
            subscription.judging = True
            task = asyncio.create_task(self._check_again(subscription), name="live-judge")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _check_again(self, subscription: Subscription) -> None:
        connection = subscription.reader
        assert isinstance(connection, Connection)
        topic = subscription.topic
        while not connection.closed:
            try:
                await self.check(subscription)
            except Unavailable:
                await asyncio.sleep(_AGAIN)
                continue
            except GuildhallError as error:
                self._end(connection, subscription, error)
                return
            except Exception as error:
                log.error("judgement_broken", topic=topic, exc_info=error)
                self._end(connection, subscription, GuildhallError(detail="This is a bug; it is in the log."))
                return
            subscription.judging = False
            if connection.subscriptions.get(topic) is subscription:
                self._release(connection, subscription)
            return
