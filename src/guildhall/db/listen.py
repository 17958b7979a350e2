"""NOTIFY heard by a process, over one connection that comes back by itself."""

import asyncio
import contextlib
import random
from collections.abc import Callable

import structlog

from guildhall.db.pool import BACKOFF, Connection, connect
from guildhall.errors import DatabaseUnavailable, Misconfigured

log = structlog.get_logger(__name__)

Hear = Callable[[str], None]
"""Takes a notification's payload."""


class Listener:
    """Hears channels of PostgreSQL's NOTIFY.

    After every reconnect the `on_gap` callbacks run, for whatever was said meanwhile is lost.
    """

    def __init__(self, url: str, role: str) -> None:
        self._url = url
        self._role = role
        self._channels: dict[str, list[Hear]] = {}
        self._gaps: list[Callable[[], None]] = []
        self._task: asyncio.Task[None] | None = None
        self._connected = asyncio.Event()

    def hear(self, channel: str, callback: Hear, on_gap: Callable[[], None] | None = None) -> None:
        """Register before `start`."""
        self._channels.setdefault(channel, []).append(callback)
        if on_gap is not None:
            self._gaps.append(on_gap)

    async def start(self) -> None:
        """Connect, and return when the channels are heard."""
        self._task = asyncio.create_task(self._run(), name="listener")
        waiter = asyncio.create_task(self._connected.wait())
        await asyncio.wait({self._task, waiter}, return_when=asyncio.FIRST_COMPLETED)
        waiter.cancel()
        if self._task.done():
            await self._task

    async def stop(self) -> None:
        """Hang up."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        wait = BACKOFF[0].total_seconds()
        first = True
        while True:
            try:
                connection = await connect(self._url, self._role, "guildhall-listener")
            except (DatabaseUnavailable, Misconfigured) as error:
                if first and isinstance(error, Misconfigured):
                    raise
                log.warning("listener_disconnected", why=str(error), retry_in=round(wait, 2))
                await asyncio.sleep(wait * random.uniform(0.5, 1.0))  # noqa: S311
                wait = min(wait * 2, BACKOFF[1].total_seconds())
                continue
            wait = BACKOFF[0].total_seconds()
            try:
                await self._listen(connection, first)
            finally:
                connection.terminate()
            first = False

    async def _listen(self, connection: Connection, first: bool) -> None:
        """Hear until the connection is lost."""
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        for channel, callbacks in self._channels.items():
            for callback in callbacks:
                await connection.add_listener(
                    channel, lambda _c, _pid, _channel, payload, callback=callback: callback(payload)
                )
        if not first:
            for gap in self._gaps:
                gap()
        self._connected.set()
        while not lost.is_set():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(lost.wait(), 15)
                break
            try:  # a peer that vanished without a word is noticed by asking
                await asyncio.wait_for(connection.execute("select 1"), 10)
            except (Exception, TimeoutError) as error:
                log.warning("listener_lost", why=str(error))
                return
