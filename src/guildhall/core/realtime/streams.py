"""Server-sent events of live topics: a connection that only reads."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from uuid import UUID

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.connections import Connection, Switchboard
from guildhall.core.realtime.frames import encode, said, server_sent_event
from guildhall.core.realtime.operations import Subscribe
from guildhall.core.realtime.schemas import Happening
from guildhall.core.realtime.server import LiveServer
from guildhall.core.realtime.settings import RealtimeSettings
from guildhall.core.realtime.wires import Wire
from guildhall.web.events import EventStream, Outlet


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
        """See wires.Wire."""
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
        """See wires.Wire."""
        self.over.set()
        self.news.set()

    def abort(self) -> None:
        """See wires.Wire."""
        self.close(0, "")

    def pause(self) -> None:
        """See wires.Wire: nothing is read here."""

    def resume(self) -> None:
        """See wires.Wire: nothing is read here."""


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


class LiveStream(EventStream[StreamConnection]):
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
        super().__init__(settings.stalled_seconds)
        self._server = server
        self._settings = settings
        self._who = (principal, ends_at)
        self._topics = topics
        self._last_event = last_event
        self._wire = StreamWire(settings.queue_bytes)

    @contextlib.asynccontextmanager
    async def joined(self) -> AsyncIterator[StreamConnection]:
        """See EventStream. Raises what following a topic does."""
        connection = await self._server.welcome(self._wire, *self._who, kind=StreamConnection)
        assert isinstance(connection, StreamConnection)
        self._wire.connection = connection
        try:
            after = await self._server.resume_point(self._last_event)
            connection.place = after or self._server.position
            for topic in dict.fromkeys(self._topics):
                subscribe = Subscribe(topic=topic, after=after)
                await self._server.follow(connection, subscribe, gap=after != self._last_event)
            yield connection
        finally:
            connection.lost()

    async def tell(self, reader: StreamConnection, outlet: Outlet) -> None:
        """See EventStream."""
        wire = self._wire
        while not wire.over.is_set() and not outlet.closing:
            if text := wire.take():
                await outlet.say(text)
            else:
                await outlet.wait(wire.news, self._settings.heartbeat_seconds)
        if text := wire.take():
            await outlet.say(text)
        if outlet.server_leaves:
            retry = round(self._settings.drain_seconds * 1000)
            await outlet.say(b"retry: %d\nevent: bye\ndata: %b\n\n" % (retry, encode({"retry_ms": retry})))
