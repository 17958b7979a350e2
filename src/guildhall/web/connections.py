"""The open connections of a process: how many there may be, and how long each may keep it waiting.

A timer for each connection would cost a place in the loop's heap and a reading of the clock for every request. One
look at all of them, a few times within the shortest deadline, costs nothing that can be measured.
"""

import asyncio
from collections import Counter
from typing import Protocol

from guildhall.errors import GuildhallError, TooManyRequests, Unavailable
from guildhall.web.limits import TrustedProxies, network_of
from guildhall.web.settings import WebSettings

HEALTH = frozenset({b"/healthz", b"/readyz"})
"""Paths that are answered on a connection too many as well."""
_SPARE = 64
"""Connections beyond the limit that may be open at once, for a health check or to read their refusal."""
_HURRY = 2.0
"""Seconds that a connection too many has for its whole header block."""
_LINGER = 2.0
"""Seconds that a client has to take what is left when its connection is being closed."""


class Full(Unavailable):
    code = "too_many_connections"
    says = "Too many connections: this process has as many as it may."


class FullForAddress(TooManyRequests):
    code = "too_many_connections"
    says = "Too many connections: one address may have {most}."
    most: int
    retry_after: int = 5


class Watched(Protocol):
    """A connection that waits for its client."""

    due: float
    """The time of the loop at which the client has kept it waiting for too long."""
    stalled_at: float
    """The time of the loop since when the client takes nothing of what waits for it; infinite when it does."""

    def overdue(self) -> None:
        """The time has come."""

    def closing(self) -> bool:
        """Return whether the connection is being closed, and waits for the client to take what was sent."""

    def abort(self) -> None:
        """Cut the line."""


class Connections:
    """Counts connections by address and watches those that speak HTTP; WebSockets have limits of their own."""

    def __init__(self, settings: WebSettings) -> None:
        self.settings = settings
        self.header_bytes = settings.header_kb * 1000
        self._proxies = TrustedProxies(settings.trusted_proxies)
        self._by_network: Counter[str] = Counter()
        self._total = 0
        self._watched: dict[Watched, None] = {}
        self._spare: dict[Watched, None] = {}
        shortest = min(
            settings.first_byte_seconds,
            settings.header_seconds,
            settings.body_seconds,
            settings.write_seconds,
            settings.idle_seconds,
        )
        self._interval = max(0.02, min(1.0, shortest / 4))
        self._looking = False

    def __len__(self) -> int:
        return self._total

    def admit(self, connection: Watched, peer: str, loop: asyncio.AbstractEventLoop) -> GuildhallError | None:
        """Count and watch a new connection; why it is one too many, if it is.

        One too many may still ask for the health of the process. There are few of those, and when they are used up
        the oldest makes room, so that silent ones never keep a health check away.
        """
        self._total += 1
        network = network_of(peer)
        self._by_network[network] += 1
        self._watched[connection] = None
        if not self._looking:
            self._looking = True
            loop.call_later(self._interval, self._look, loop)
        refusal: GuildhallError | None = None
        most = self.settings.connections_per_address
        if self._total - len(self._spare) > self.settings.connections:
            refusal = Full()
        elif most and peer and self._by_network[network] > most and not self._proxies.trusts(peer):
            refusal = FullForAddress(most=most)
        if refusal is None:
            connection.due = loop.time() + self.settings.first_byte_seconds
            return None
        connection.due = loop.time() + min(_HURRY, self.settings.first_byte_seconds)
        if len(self._spare) >= _SPARE:
            oldest = next(iter(self._spare))
            del self._spare[oldest]
            oldest.abort()
        self._spare[connection] = None
        return refusal

    def unwatch(self, connection: Watched) -> None:
        """A connection does not speak HTTP any more."""
        self._watched.pop(connection, None)
        self._spare.pop(connection, None)

    def leave(self, peer: str) -> None:
        """A connection has ended."""
        self._total -= 1
        network = network_of(peer)
        left = self._by_network[network] - 1
        if left > 0:
            self._by_network[network] = left
        else:
            del self._by_network[network]

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        stalled = now - self.settings.write_seconds
        for connection in list(self._watched):
            if connection.stalled_at <= stalled:
                connection.abort()
            elif connection.closing():
                if connection.due <= now:
                    connection.abort()
                connection.due = min(connection.due, now + _LINGER)
            elif connection.due <= now:
                connection.overdue()
        if self._watched:
            loop.call_later(self._interval, self._look, loop)
        else:
            self._looking = False
