"""NOTIFY heard by a process, over one connection that comes back by itself."""

import asyncio
import contextlib
import random
from collections.abc import Callable

import asyncpg

from guildhall.db.connection import BACKOFF, GONE, Connection, connect
from guildhall.errors import DatabaseUnavailable, Misconfigured
from guildhall.log import get_logger

log = get_logger(__name__)

_SILENCE = 15.0
"""Seconds without a word after which the server is asked whether it is there."""
_PATIENCE = 10.0
"""Seconds that it has to answer."""

Receive = Callable[[str], None]
"""Takes a notification's payload."""


class Listener:
    """Listens to channels of PostgreSQL's NOTIFY as `role`, at the server of `url`.

    After every reconnect the `on_gap` callbacks run, because notifications in between are lost.
    """

    def __init__(self, url: str, role: str) -> None:
        self._url = url
        self._role = role
        self._channels: dict[str, list[Receive]] = {}
        self._gaps: list[Callable[[], None]] = []
        self._task: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()
        self._begun = False

    def listen(self, channel: str, callback: Receive, on_gap: Callable[[], None] | None = None) -> None:
        """Register a callback for a channel, before `start`."""
        self._channels.setdefault(channel, []).append(callback)
        if on_gap is not None:
            self._gaps.append(on_gap)

    @property
    def listening(self) -> bool:
        """True while the channels are heard; a peer that vanished without a word is noticed 25 seconds later."""
        return self._connected.is_set()

    async def start(self) -> None:
        """Connect, and return when the channels are heard. Raises Misconfigured."""
        self._task = asyncio.create_task(self._run(), name="listener")
        waiter = asyncio.create_task(self._connected.wait())
        await asyncio.wait({self._task, waiter}, return_when=asyncio.FIRST_COMPLETED)
        waiter.cancel()
        if self._task.done():
            failed, self._task = self._task, None
            await failed

    async def stop(self) -> None:
        """Hang up."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self) -> None:
        wait = BACKOFF[0].total_seconds()
        while True:
            try:
                connection = await connect(self._url, self._role, "guildhall-listener")
                try:
                    await self._listen(connection)
                    why = "the connection was lost"
                finally:
                    self._connected.clear()
                    connection.terminate()
                wait = BACKOFF[0].total_seconds()
            except Misconfigured as error:
                if not self._begun:
                    raise
                why = str(error)
            except (*GONE, asyncpg.PostgresError, DatabaseUnavailable) as error:
                why = str(error) or type(error).__name__
            log.warning("listener_disconnected", why=why, again_in=round(wait, 2))
            await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311 (jitter, no secret)
            wait = min(wait * 2, BACKOFF[1].total_seconds())

    async def _listen(self, connection: Connection) -> None:
        """Hear until the connection is lost."""
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        for channel, callbacks in self._channels.items():
            for callback in callbacks:
                await connection.add_listener(channel, _told(callback))
        if self._begun:
            for gap in self._gaps:
                gap()
        self._begun = True
        self._connected.set()
        while not lost.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(lost.wait(), _SILENCE)
                return
            # a peer that vanished without a word is noticed by asking
            await asyncio.wait_for(connection.execute("select 1"), _PATIENCE)


def _told(callback: Receive) -> Callable[..., None]:
    """The driver's form of a callback."""

    def hear(_connection: Connection, _pid: int, _channel: str, payload: str) -> None:
        callback(payload)

    return hear
