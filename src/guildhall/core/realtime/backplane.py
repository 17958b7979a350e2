"""Messages between the processes of an installation that are not stored: PostgreSQL's NOTIFY, or Redis."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from guildhall.core.realtime.queries import tell
from guildhall.db.listen import Listener
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.log import get_logger

log = get_logger(__name__)

CHANNEL = "guildhall_live_signs"
"""Presence and typing: ids and a word each, separated by lines."""
_LONGEST = 7000
"""Bytes of one notification; PostgreSQL takes below 8,000."""
_GATHER = 0.03
"""Seconds in which signs are gathered to one notification."""
_WAITING_MOST = 20_000
"""Signs that wait while they cannot leave; the oldest are lost first."""

Receive = Callable[[str], None]


class Backplane(Protocol):
    """Carries short texts to every process, this one included; some may be lost, and nothing depends on one."""

    announces: bool
    """True if commits are announced here, so that the statement itself need not."""

    def say(self, text: str) -> None:
        """Tell all processes soon. A text is ids and a word, without line breaks."""

    def subscribe(self, listener: Listener, callback: Receive) -> None:
        """Register a callback for each text; before the listener starts."""

    async def close(self) -> None:
        """Send the rest, and disconnect."""


class TextBatches:
    """Texts that leave together: after some seconds, or as soon as those before them have left."""

    def __init__(self, leave: Callable[[str], Awaitable[None]], seconds: float) -> None:
        self._leave = leave
        self._seconds = seconds
        self._texts: dict[str, None] = {}
        self._task: asyncio.Task[None] | None = None

    def add(self, text: str) -> None:
        self._texts[text] = None  # the same sign twice is one
        if len(self._texts) > _WAITING_MOST:
            del self._texts[next(iter(self._texts))]
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._soon(), name="signs")

    async def _soon(self) -> None:
        if self._seconds:
            await asyncio.sleep(self._seconds)
        while self._texts:
            await self._leave(self._take())

    def _take(self) -> str:
        taken: list[str] = []
        size = 0
        for text in list(self._texts):
            size += len(text) + 1
            if size > _LONGEST and taken:
                break
            taken.append(text)
            del self._texts[text]
        return "\n".join(taken)

    async def settle(self) -> None:
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)


class PostgresBackplane:
    """Signs by NOTIFY."""

    announces = False

    def __init__(self, db: Database) -> None:
        self._db = db
        self._batches = TextBatches(self._leave, _GATHER)

    def say(self, text: str) -> None:
        """See Backplane."""
        self._batches.add(text)

    def subscribe(self, listener: Listener, callback: Receive) -> None:
        """See Backplane."""

        def heard(payload: str) -> None:
            for text in payload.split("\n"):
                callback(text)

        listener.listen(CHANNEL, heard)

    async def _leave(self, payload: str) -> None:
        try:
            async with self._db.single() as tx:
                await tell.one(tx, CHANNEL, payload)
        except Unavailable as error:
            log.warning("signs_lost", why=str(error))

    async def close(self) -> None:
        """See Backplane."""
        await self._batches.settle()
