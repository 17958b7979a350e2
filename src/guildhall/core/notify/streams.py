"""Live notifications: an event stream for each reader, woken by NOTIFY, fed from the table."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response

from guildhall.clock import Clock
from guildhall.core.identity.principals.revocations import Revocations
from guildhall.core.notify.errors import TooManyStreams
from guildhall.core.notify.queries.notices import CHANNEL, newest_told, place_after, told_since
from guildhall.core.notify.schemas import Told
from guildhall.core.notify.settings import NotifySettings
from guildhall.db.listen import Listener
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.web.streams import begin_stream

_PAGE = 100
"""Notifications that are read and sent at a time: all that a stream holds in memory."""
_NOTHING = UUID(int=0)
"""The last event of a reader who has seen none: everything since then is new."""

_END = {"type": "http.response.body", "body": b"", "more_body": False}

Send = Callable[[dict[str, Any]], Awaitable[None]]
Stop = asyncio.Task[Any]


class Reader:
    """The reader of a stream. `place` is the last notification sent to it, as a number of the table's order."""

    def __init__(self, viewer: Viewer, session: UUID | None, ends_at: float) -> None:
        self.viewer = viewer
        self.session = session
        self.ends_at = ends_at
        self.news = asyncio.Event()
        self.place = 0


class NoticeStreams:
    """The streams of a process.

    Readers get the rows of the table, in the order in which they were sent: NOTIFY only says when to look, so that
    nothing is lost with it and nothing comes twice.
    """

    def __init__(self, db: Database, clock: Clock, settings: NotifySettings, revocations: Revocations) -> None:
        self._db = db
        self._clock = clock
        self._settings = settings
        self._revocations = revocations
        self._readers: dict[UUID, set[Reader]] = defaultdict(set)

    def listen(self, listener: Listener) -> None:
        """Register with the process's listener before it starts."""
        listener.listen(CHANNEL, self._told, on_gap=self._missed)

    @property
    def open(self) -> int:
        """Streams that are open."""
        return sum(map(len, self._readers.values()))

    def join(self, viewer: Viewer, session: UUID | None, ends_at: float) -> Reader:
        """A reader whose stream ends at a time in seconds since the epoch. Raises TooManyStreams."""
        own = self._readers[viewer.id]
        if len(own) >= self._settings.streams_most:
            raise TooManyStreams(most=self._settings.streams_most)
        reader = Reader(viewer, session, ends_at)
        own.add(reader)
        return reader

    def leave(self, reader: Reader) -> None:
        """Forget a reader."""
        own = self._readers[reader.viewer.id]
        own.discard(reader)
        if not own:
            del self._readers[reader.viewer.id]

    async def begin(self, reader: Reader, last_event: UUID | None) -> UUID:
        """Set the reader's place and return the event of that place.

        The place is behind the reader's last event, or at the end for a reader without one and for one whose last
        event is newer than everything: that id was never given out, and must not be what the reader goes on from.
        Raises Unavailable.
        """
        async with self._db.read(reader.viewer) as tx:
            if last_event is not None:
                place = await place_after.one(tx, reader.viewer.id, last_event)
                if place is not None:
                    reader.place = place
                    return last_event
            newest = await newest_told.one_or_none(tx, reader.viewer.id)
        reader.place, event = newest if newest is not None else (0, _NOTHING)
        return event

    async def news_of(self, reader: Reader) -> list[Told]:
        """Return the notifications after the reader's place, a page at most, and move the place.

        Raises Unavailable.
        """
        async with self._db.read(reader.viewer) as tx:
            told = await told_since.many(tx, reader.viewer.id, reader.place, _PAGE)
        if told:
            reader.place = told[-1].told_no
        return told

    def is_over(self, reader: Reader) -> bool:
        """Return whether the reader's session or access token has ended."""
        if self._clock.timestamp() >= reader.ends_at:
            return True
        return reader.session is not None and self._revocations.revoked_at(reader.session) is not None

    def now(self) -> float:
        """Seconds since the epoch."""
        return self._clock.timestamp()

    def _told(self, payload: str) -> None:
        for text in payload.split(","):
            for reader in self._readers.get(UUID(text), ()):
                reader.news.set()

    def _missed(self) -> None:
        for own in self._readers.values():
            for reader in own:
                reader.news.set()


class EventStream(Response[bytes]):
    """The response of the stream's route: server-sent events until the reader leaves or the session ends."""

    def __init__(
        self,
        streams: NoticeStreams,
        settings: NotifySettings,
        viewer: Viewer,
        session: UUID | None,
        ends_at: float,
        last_event: UUID | None,
    ) -> None:
        super().__init__(content=b"", media_type="text/event-stream")
        self._streams = streams
        self._settings = settings
        self._who = (viewer, session, ends_at)
        self._last_event = last_event

    def to_asgi_response(self, *_: Any, **__: Any) -> Any:
        """An ASGI application that sends the events."""
        return self._send

    async def _send(self, scope: Any, receive: Any, send: Send) -> None:
        """Raises TooManyStreams and Unavailable before anything is sent."""
        if scope["guildhall.head"]:
            await self._begin(send, (b"content-length", b"0"))  # or the server would end a body that is not there
            await send(_END)
            return
        reader = self._streams.join(*self._who)
        try:
            event = await self._streams.begin(reader, self._last_event)
            stops = [asyncio.create_task(_left(receive)), asyncio.create_task(begin_stream(scope).wait())]
            try:
                await self._events(reader, event, stops, _Impatient(send, self._settings.stream_send_seconds))
            finally:
                for stop in stops:
                    stop.cancel()
                await asyncio.gather(*stops, return_exceptions=True)
        finally:
            self._streams.leave(reader)

    async def _begin(self, send: Send, *more: tuple[bytes, bytes]) -> None:
        headers = [
            (b"content-type", b"text/event-stream; charset=utf-8"),
            (b"cache-control", b"no-store"),
            (b"x-accel-buffering", b"no"),
            *more,
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    async def _events(self, reader: Reader, event: UUID, stops: list[Stop], send: Send) -> None:
        """`stops` end when the reader has left, and when the server leaves."""
        streams = self._streams
        with contextlib.suppress(TimeoutError):  # a reader who takes nothing; what is told waits in the table
            await self._begin(send)
            retry = round(self._settings.stream_retry_seconds * 1000)
            await _say(send, f"retry: {retry}\nid: {event}\nevent: hello\ndata: {{}}\n\n".encode())
            while not streams.is_over(reader) and not any(stop.done() for stop in stops):
                reader.news.clear()
                try:
                    told = await streams.news_of(reader)
                except Unavailable:
                    break  # closed, and taken up again by the reader where it was
                if told:
                    await _say(send, b"".join(map(_event, told)))
                elif not await self._wait(reader, stops):
                    await _say(send, b": \n\n")
            await send(_END)

    async def _wait(self, reader: Reader, stops: list[Stop]) -> bool:
        """Wait until there may be news or the stream is to stop; return False when a sign of life is due."""
        news = asyncio.create_task(reader.news.wait())
        left = max(reader.ends_at - self._streams.now(), 0.0)
        seconds = min(self._settings.stream_heartbeat, left)
        try:
            done, _ = await asyncio.wait({news, *stops}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
            return bool(done)
        finally:
            news.cancel()


class _Impatient:
    """A `send` that raises TimeoutError when the reader's connection takes nothing for some time."""

    def __init__(self, send: Send, seconds: float) -> None:
        self._send = send
        self._seconds = seconds

    async def __call__(self, message: dict[str, Any]) -> None:
        async with asyncio.timeout(self._seconds):
            await self._send(message)


async def _say(send: Send, text: bytes) -> None:
    await send({"type": "http.response.body", "body": text, "more_body": True})


async def _left(receive: Any) -> None:
    """Return when the reader has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


class _Event(msgspec.Struct):
    id: UUID
    character_id: int | None
    type: str
    title: str
    body: str
    data: Any
    happened_at: Any
    created_at: Any


def _event(told: Told) -> bytes:
    """A notification as a server-sent event: its JSON is one line."""
    values = _Event(*(getattr(told, name) for name in _Event.__struct_fields__))
    return b"id: %s\nevent: notification\ndata: %s\n\n" % (str(told.id).encode(), msgspec.json.encode(values))
