"""Live notifications: an event stream for each reader, woken by NOTIFY, fed from the table."""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec

from guildhall.clock import Clock
from guildhall.core.identity.ids import SessionId
from guildhall.core.identity.principals.revocations import Revocations
from guildhall.core.notify.errors import TooManyStreams
from guildhall.core.notify.ids import NotificationId
from guildhall.core.notify.queries.streams import CHANNEL, newest_told, place_after, told_since
from guildhall.core.notify.schemas.notices import Told
from guildhall.core.notify.settings import NotifySettings
from guildhall.db.listen import Listener
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.errors import Unavailable
from guildhall.ids import UserId
from guildhall.web.events import EventStream, Outlet

_PAGE = 100
"""Notifications that are read and sent at a time: all that a stream holds in memory."""
_NOTHING = UUID(int=0)
"""The last event of a reader who has seen none: everything since then is new."""


class Reader:
    """The reader of a stream. `place` is the last notification sent to it, as a number of the table's order."""

    def __init__(self, viewer: Viewer, session: SessionId | None, ends_at: float) -> None:
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
        self._readers: dict[UserId, set[Reader]] = defaultdict(set)

    def listen(self, listener: Listener) -> None:
        """Register with the process's listener before it starts."""
        listener.listen(CHANNEL, self._told, on_gap=self._missed)

    @property
    def open(self) -> int:
        """Streams that are open."""
        return sum(map(len, self._readers.values()))

    def join(self, viewer: Viewer, session: SessionId | None, ends_at: float) -> Reader:
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
                place = await place_after.one(tx, reader.viewer.id, NotificationId(last_event))
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
            for reader in self._readers.get(UserId(UUID(text)), ()):
                reader.news.set()

    def _missed(self) -> None:
        for own in self._readers.values():
            for reader in own:
                reader.news.set()


class NoticeStream(EventStream[Reader]):
    """The response of the stream's route: notifications until the reader leaves or the session ends."""

    def __init__(
        self,
        streams: NoticeStreams,
        settings: NotifySettings,
        viewer: Viewer,
        session: SessionId | None,
        ends_at: float,
        last_event: UUID | None,
    ) -> None:
        super().__init__(settings.stream_send_seconds)
        self._streams = streams
        self._settings = settings
        self._who = (viewer, session, ends_at)
        self._last_event = last_event
        self._begin = _NOTHING

    @contextlib.asynccontextmanager
    async def joined(self) -> AsyncIterator[Reader]:
        """See EventStream. Raises TooManyStreams and Unavailable."""
        reader = self._streams.join(*self._who)
        try:
            self._begin = await self._streams.begin(reader, self._last_event)
            yield reader
        finally:
            self._streams.leave(reader)

    async def tell(self, reader: Reader, outlet: Outlet) -> None:
        """See EventStream. What a reader does not take waits in the table."""
        streams, settings = self._streams, self._settings
        retry = round(settings.stream_retry_seconds * 1000)
        await outlet.say(f"retry: {retry}\nid: {self._begin}\nevent: hello\ndata: {{}}\n\n".encode())
        while not streams.is_over(reader) and not outlet.closing:
            reader.news.clear()
            try:
                told = await streams.news_of(reader)
            except Unavailable:
                break  # closed, and taken up again by the reader where it was
            if told:
                await outlet.say(b"".join(map(_event, told)))
            else:
                left = max(reader.ends_at - streams.now(), 0.0)
                await outlet.wait(reader.news, min(settings.stream_heartbeat, left))


class _Event(msgspec.Struct):
    id: NotificationId
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
