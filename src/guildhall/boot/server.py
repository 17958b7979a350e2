"""The HTTP server of an application."""

import asyncio
import contextlib
import time
from collections.abc import Iterator
from email.utils import formatdate
from typing import cast

import uvicorn

from guildhall.boot.configuration import Configuration
from guildhall.core.realtime.handshake import LiveProtocol
from guildhall.core.realtime.heartbeats import Heartbeats
from guildhall.core.realtime.settings import RealtimeSettings
from guildhall.core.realtime.sockets import Sockets
from guildhall.web.edge import Edge
from guildhall.web.lane import LaneProtocol

_DATE = 1.0
"""Seconds between two looks at the clock for the Date header."""


def make_server(edge: Edge, configuration: Configuration) -> "Server":
    """The HTTP server of an application, the fast lane in front."""
    web = configuration.web

    live = cast(RealtimeSettings, configuration.of_slices["realtime"])

    class Protocol(LaneProtocol):
        bounds = edge.connections
        refusals = lane = edge

    class Socket(LiveProtocol):
        refusals = edge
        sockets = Sockets(
            Heartbeats(live.heartbeat_seconds, live.heartbeat_patience),
            edge.connections.leave,
            queue_bytes=live.queue_bytes,
            frame_bytes=live.frame_bytes,
            drain_seconds=live.drain_seconds,
        )

    return Server(
        uvicorn.Config(
            edge,
            http=Protocol,
            ws=Socket,
            ws_max_size=live.frame_bytes,
            ws_ping_interval=live.heartbeat_seconds,
            ws_ping_timeout=live.heartbeat_patience,
            ws_per_message_deflate=False,
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
            date_header=True,
            proxy_headers=bool(web.trusted_proxies),
            forwarded_allow_ips=web.trusted_proxies or None,
            timeout_graceful_shutdown=15,
        )
    )


class Server(uvicorn.Server):
    """uvicorn raises a signal that it took anew when it is done, which would end the process before its worker has."""

    def __init__(self, config: uvicorn.Config) -> None:
        self._ending = asyncio.Event()
        super().__init__(config)

    @property
    def should_exit(self) -> bool:
        """True once the server was told to end."""
        return self._ending.is_set()

    @should_exit.setter
    def should_exit(self, value: bool) -> None:
        if value:
            self._ending.set()

    async def main_loop(self) -> None:
        """Keep the Date header true until the server is told to end; uvicorn's own loop looks ten times a second."""
        self._tell_date(asyncio.get_running_loop())
        try:
            await self._ending.wait()
        finally:
            self._timer.cancel()

    def _tell_date(self, loop: asyncio.AbstractEventLoop) -> None:
        """Set the Date header anew each second, by a plain timer: a task that waits is five times the work."""
        date = formatdate(time.time(), usegmt=True).encode()
        self.server_state.default_headers = [(b"date", date), *self.config.encoded_headers]
        self._timer = loop.call_later(_DATE, self._tell_date, loop)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
