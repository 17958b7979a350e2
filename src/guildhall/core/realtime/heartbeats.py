"""Pings to all connections of a process, from one timer."""

import asyncio
import os
from collections import deque
from typing import Protocol

_RESOLUTION = 0.01
"""Seconds between two turns at least, so that connections that came together are pinged together."""


class Pinged(Protocol):
    """A connection that is pinged. `pinged` is the payload of the ping that it has not answered yet."""

    ping_at: float
    pinged: bytes | None

    @property
    def over(self) -> bool:
        """True when it needs no pings any more."""

    def ping(self, payload: bytes) -> None:
        """Send a ping."""

    def unanswered(self) -> None:
        """Close: the last ping was not answered in time."""


class Heartbeats:
    """Pings each connection every `seconds` and ends those that do not answer within `patience` seconds.

    The interval is the same for all, so a queue in the order of coming is in the order of time: one timer serves all.
    """

    def __init__(self, seconds: float, patience: float) -> None:
        self._seconds = seconds
        self._patience = patience
        self._due: deque[Pinged] = deque()
        self._rounds: deque[tuple[float, bytes, list[Pinged]]] = deque()
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, one: Pinged) -> None:
        """Ping a connection from now on, until it is over."""
        loop = asyncio.get_running_loop()
        one.ping_at = loop.time() + self._seconds
        self._due.append(one)
        if self._timer is None:
            self._timer = loop.call_at(one.ping_at, self._turn, loop)

    def _turn(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        self._ping_due(now)
        while self._rounds and self._rounds[0][0] <= now:
            _, payload, pinged = self._rounds.popleft()
            for one in pinged:
                if one.pinged is payload and not one.over:
                    one.unanswered()
        times = [self._due[0].ping_at] if self._due else []
        if self._rounds:
            times.append(self._rounds[0][0])
        self._timer = loop.call_at(max(min(times), now + _RESOLUTION), self._turn, loop) if times else None

    def _ping_due(self, now: float) -> None:
        payload = os.urandom(4)
        pinged: list[Pinged] = []
        later = now + self._seconds
        while self._due and self._due[0].ping_at <= now:
            one = self._due.popleft()
            if one.over:
                continue
            if one.pinged is None:  # else it still has time to answer the last one
                one.pinged = payload
                one.ping(payload)
                pinged.append(one)
            one.ping_at = later
            self._due.append(one)
        if pinged:
            self._rounds.append((now + self._patience, payload, pinged))
