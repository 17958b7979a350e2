"""Server-sent events of live topics: a connection that only reads."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

from litestar import Response

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.connections import Connection, Switchboard, Wire
from guildhall.core.realtime.frames import encode, said, server_sent_event
from guildhall.core.realtime.operations import Subscribe
from guildhall.core.realtime.schemas import Happening
from guildhall.core.realtime.server import LiveServer
from guildhall.core.realtime.settings import RealtimeSettings
from guildhall.web.streams import begin_stream

Send = Callable[[dict[str, Any]], Awaitable[None]]

_END = {"type": "http.response.body", "body": b"", "more_body": False}


class StreamWire:
    """The buffer of a stream's reader. Bounded: more than `most` bytes block the connection."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._waiting: list[bytes] = []
        self._size = 0
        self.news = asyncio.Event()
        self.over = asyncio.Event()
        self.connection: StreamConnection | None = None

    def send(self, frames: bytes) -> None:
        """See connections.Wire."""
        self._waiting.append(frames)
        self._size += len(frames)
        self.news.set()
        if self._size > self._most and self.connection is not None:
            self.connection.block()

    def take(self) -> bytes:
        """Take the bytes that wait."""
        self.news.clear()
        taken, self._waiting, self._size = b"".join(self._waiting), [], 0
        if self.connection is not None:
            self.connection.unblock()
        return taken

    def close(self, code: int, reason: str) -> None:
        """See connections.Wire."""
        self.over.set()
        self.news.set()

    def abort(self) -> None:
        """See connections.Wire."""
        self.close(0, "")

    def pause(self) -> None:
        """See connections.Wire: nothing is read here."""

    def resume(self) -> None:
        """See connections.Wire: nothing is read here."""


class StreamConnection(Connection):
    """A connection whose frames are server-sent events: one order of ids over all its topics.

    The browser comes back with the last id that it saw of any topic, so nothing is sent before what comes before it on
    another topic, and a reader that loses one topic loses the stream.
    """

    place: UUID | None = None
    """The id that a reader who comes back now goes on from; None at the very beginning."""
    _lost: UUID | None = None
    """The last id that was sent of a topic that was lost."""

    def __init__(self, server: Switchboard, wire: Wire, principal: Principal, ends_at: float) -> None:
        super().__init__(server, wire, principal, ends_at)
        self._told: list[tuple[Happening, str]] = []

    def tell(self, topic: str, happening: Happening) -> None:
        """See subscriptions.Reader."""
        if not self._told:
            self._server.flush_soon(self)
        self._told.append((happening, topic))

    def say(self, payload: bytes) -> None:
        """Send any other message: an event named after its operation."""
        op = payload[7 : payload.index(b'"', 7)]
        place = b"" if self.place is None else b"id: %b\n" % str(self.place).encode()
        self.put(b"%bevent: %b\ndata: %b\n\n" % (place, op, payload))

    def show(self, payload: bytes, frame: bytes) -> None:
        """See connections.Connection."""
        self.say(payload)

    def told_to_resync(self, topic: str, after: UUID) -> None:
        """See subscriptions.Reader."""
        if topic in self.subscriptions:
            self._server.unfollow(self, topic)
            self._server.resyncs += 1
            self._lost = after if self._lost is None else min(after, self._lost)
            self._server.flush_soon(self)

    def flush(self) -> None:
        """Send the gathered events, once no topic is held back; then end a stream that has lost one."""
        if self.closed or any(one.held for one in self.subscriptions.values()):
            return
        told, self._told = self._told, []
        told.sort(key=lambda one: one[0].id)
        for happening, topic in told:
            if self._lost is not None and happening.id > self._lost:
                break
            name = f"sse {topic}"
            text = happening.frames.get(name)
            if text is None:
                text = happening.frames[name] = server_sent_event(topic, happening)
            self.put(text)
            self.place = happening.id
        lost, self._lost = self._lost, None
        if lost is None:
            super().flush()
            return
        self.place = lost if self.place is None else max(self.place, lost)
        self.say(said("resync", after=str(self.place)))
        super().flush()
        self.close(0, "")


class EventStream(Response[bytes]):
    """The response of the stream's route: events until the reader leaves or the access token ends."""

    def __init__(
        self,
        server: LiveServer,
        settings: RealtimeSettings,
        principal: Principal,
        ends_at: float,
        topics: Sequence[str],
        last_event: UUID | None,
    ) -> None:
        super().__init__(content=b"", media_type="text/event-stream")
        self._server = server
        self._settings = settings
        self._who = (principal, ends_at)
        self._topics = topics
        self._last_event = last_event

    def to_asgi_response(self, *_: Any, **__: Any) -> Any:
        """An ASGI application that sends the events."""
        return self._send

    async def _send(self, scope: Any, receive: Any, send: Send) -> None:
        """Raises what following a topic does, before anything is sent."""
        if scope["guildhall.head"]:
            await _begin(send, (b"content-length", b"0"))
            await send(_END)
            return
        wire = StreamWire(self._settings.queue_bytes)
        connection = await self._server.welcome(wire, *self._who, kind=StreamConnection)
        assert isinstance(connection, StreamConnection)
        wire.connection = connection
        try:
            after = await self._server.resume_point(self._last_event)
            connection.place = after or self._server.position
            for topic in dict.fromkeys(self._topics):
                subscribe = Subscribe(topic=topic, after=after)
                await self._server.follow(connection, subscribe, gap=after != self._last_event)
            stops = [asyncio.create_task(_left(receive)), asyncio.create_task(begin_stream(scope).wait())]
            try:
                await self._events(wire, stops, send)
            finally:
                for stop in stops:
                    stop.cancel()
                await asyncio.gather(*stops, return_exceptions=True)
        finally:
            connection.lost()

    async def _events(self, wire: StreamWire, stops: list["asyncio.Task[Any]"], send: Send) -> None:
        """`stops` end when the reader has left, and when the server leaves."""
        async with contextlib.AsyncExitStack() as stack:
            stack.enter_context(contextlib.suppress(TimeoutError))  # a reader who takes nothing
            await self._timely(_begin(send))
            while not wire.over.is_set() and not any(stop.done() for stop in stops):
                text = wire.take()
                if text:
                    await self._timely(_say(send, text))
                elif not await self._wait(wire, stops):
                    await self._timely(_say(send, b": \n\n"))
            if text := wire.take():
                await self._timely(_say(send, text))
            if stops[1].done():
                retry = round(self._settings.drain_seconds * 1000)
                bye = b"retry: %d\nevent: bye\ndata: %b\n\n" % (retry, encode({"retry_ms": retry}))
                await self._timely(_say(send, bye))
            await self._timely(send(_END))

    async def _timely(self, sending: Awaitable[None]) -> None:
        async with asyncio.timeout(self._settings.stalled_seconds):
            await sending

    async def _wait(self, wire: StreamWire, stops: list["asyncio.Task[Any]"]) -> bool:
        """Wait until there is something to send or the stream is to stop; return False when a sign of life is due."""
        news = asyncio.create_task(wire.news.wait())
        try:
            done, _ = await asyncio.wait(
                {news, *stops}, timeout=self._settings.heartbeat_seconds, return_when=asyncio.FIRST_COMPLETED
            )
            return bool(done)
        finally:
            news.cancel()


async def _begin(send: Send, *more: tuple[bytes, bytes]) -> None:
    headers = [
        (b"content-type", b"text/event-stream; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        *more,
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})


async def _say(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


async def _left(receive: Any) -> None:
    """Return when the reader has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass
