"""WebSockets of live connections: frames in and out without a detour.

A whole text message, which is nearly all there is, is unmasked and handed on at once, and frames that are encoded
already go to the transport as they are. Pings and pongs are answered here. Fragments, closing and whatever no client
may send go through the sans-I/O parser of `websockets`, which a connection has only as long as it needs one.
"""

import asyncio
import random
from collections.abc import Callable
from typing import Any

from msgspec import Struct
from websockets.frames import Frame, Opcode
from websockets.protocol import Protocol, Side, State
from websockets.speedups import apply_mask

from guildhall.core.realtime.connections import Connection
from guildhall.core.realtime.heartbeats import Heartbeats
from guildhall.core.realtime.wires import RESTART

UNANSWERED = 1011
"""The close code of a connection that did not answer a ping."""
CLOSE_SECONDS = 10.0
"""Seconds that the other side has to answer a close frame and to take what was sent before it."""
_TEXT, _PING, _PONG = 0x81, 0x89, 0x8A
"""Whole messages: FIN and the opcode."""
_MASKED = 0x80
_SIZE_OF_TWO, _SIZE_OF_EIGHT = 126, 127
"""The values of a frame's second byte for a size that follows in two bytes, or in eight."""
_LONG_HEADS = {_MASKED | _SIZE_OF_TWO: 8, _MASKED | _SIZE_OF_EIGHT: 14}
"""Bytes before the payload of larger frames, by the second byte; 6 before all others."""


class Sockets(Struct, frozen=True):
    """The settings and timers that all sockets of a process share."""

    heartbeats: Heartbeats
    leave: Callable[[str], None]
    """Called with the address of each connection that has ended."""
    queue_bytes: int = 1_048_576
    frame_bytes: int = 32_768
    drain_seconds: float = 5.0


class Parsing:
    """A parser of `websockets`, and the fragments of the message that it is in."""

    __slots__ = ("conn", "fragments", "text")

    def __init__(self, conn: Protocol, fragments: list[bytes], text: bool) -> None:
        self.conn = conn
        self.fragments = fragments
        self.text = text


class LiveSocket(asyncio.Protocol):
    """The transport's protocol once a connection is live, and what is under it: a connections.Wire.

    Thousands of them are idle at any time, so it holds no more than it must.
    """

    __slots__ = (
        "_closing",
        "_ended",
        "_live",
        "_open",
        "_parsing",
        "_peer",
        "_piece",
        "_shared",
        "ping_at",
        "pinged",
        "transport",
    )

    def __init__(self, transport: Any, shared: Sockets, conn: Protocol, open_sockets: set[Any], peer: str) -> None:
        self.transport = transport
        self.pinged: bytes | None = None
        self.ping_at = 0.0
        self._shared = shared
        self._peer = peer
        self._open = open_sockets
        self._live: Connection | None = None
        self._parsing: Parsing | None = Parsing(conn, [], True)
        self._piece = b""
        """The beginning of a frame whose end is still to come."""
        self._ended = False
        """Whether a close frame was sent or answered: nothing is sent any more."""
        self._closing: asyncio.TimerHandle | None = None

    def go_live(self, connection: Connection, piece: bytes, fragments: list[bytes], text: bool) -> None:
        """Take the transport over from the handshake's protocol, with what it has read of an unfinished frame."""
        assert self._parsing is not None
        self._live = connection
        self._parsing.fragments, self._parsing.text = fragments, text
        self._piece = piece
        self._forget_parser()
        self._open.add(self)
        self.transport.set_write_buffer_limits(high=self._shared.queue_bytes, low=self._shared.queue_bytes // 4)
        self.transport.set_protocol(self)
        self._shared.heartbeats.begin(self)

    # -- in -------------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Bytes of the client."""
        live = self._live
        assert live is not None
        if self._piece:
            data, self._piece = self._piece + data, b""
        elif data[0] == _TEXT and self._parsing is None and len(data) > 6:
            # One whole text frame and nothing else is what nearly always comes.
            size, start = data[1] - _MASKED, 6
            if size == _SIZE_OF_TWO:
                size, start = data[2] << 8 | data[3], 8
            if 0 <= size != _SIZE_OF_EIGHT and size <= self._shared.frame_bytes and start + size == len(data):
                live.on_text(apply_mask(data[start:], data[start - 4 : start]))
                return
        at, most = 0, self._shared.frame_bytes
        while (stop := frame_end(data, at, most)) != at and not self.transport.is_closing():
            if stop < 0:
                live.flush()
                self._parse(live, data[at:])  # no frame that anybody may send: the parser says why
                return
            self._take(live, data, at, stop)
            at = stop
        self._piece = data[at:]

    def _take(self, live: Connection, data: bytes, at: int, stop: int) -> None:
        """Do with one whole frame what is to be done."""
        kind = data[at]
        if self._parsing is None and kind in (_TEXT, _PING, _PONG):
            start = at + _LONG_HEADS.get(data[at + 1], 6)
            payload = apply_mask(data[start:stop], data[start - 4 : start])
            if kind == _TEXT:
                live.on_text(payload)
                return
            if len(payload) < _SIZE_OF_TWO:
                live.flush()  # what was asked for earlier is answered before
                if kind == _PONG:
                    self._answered(payload)
                else:
                    self.send(bytes((_PONG, len(payload))) + payload)
                return
        live.flush()
        self._parse(live, data[at:stop])

    def _parse(self, live: Connection, data: bytes) -> None:
        """Make the parser read a whole frame, or invalid data."""
        parsing = self._parser()
        conn = parsing.conn
        conn.receive_data(data)
        if conn.parser_exc is not None:
            self._end(conn)
            return
        for event in conn.events_received():
            assert isinstance(event, Frame)
            if event.opcode is Opcode.PING:
                self.transport.write(b"".join(conn.data_to_send()))
            elif event.opcode is Opcode.PONG:
                self._answered(bytes(event.data))
            elif event.opcode is Opcode.CLOSE:
                self._end(conn)
            else:
                self._collect(live, parsing, event)
        self._forget_parser()

    def _collect(self, live: Connection, parsing: Parsing, frame: Frame) -> None:
        if frame.opcode is not Opcode.CONT:
            parsing.text = frame.opcode is Opcode.TEXT
            parsing.fragments = []
        parsing.fragments.append(bytes(frame.data))
        if frame.fin:
            data, parsing.fragments = b"".join(parsing.fragments), []
            if parsing.text:
                live.on_text(data)
            else:
                live.on_binary()

    def _parser(self) -> Parsing:
        if self._parsing is None:
            self._parsing = Parsing(Protocol(Side.SERVER, max_size=self._shared.frame_bytes), [], True)
        return self._parsing

    def _forget_parser(self) -> None:
        """Drop the parser if it stands between two messages of an open connection."""
        parsing = self._parsing
        if parsing is not None and parsing.conn.current_size is None and parsing.conn.state is State.OPEN:
            self._parsing = None

    # -- out (connections.Wire) -----------------------------------------------------------------------------------

    def send(self, frames: bytes) -> None:
        """See wires.Wire."""
        if not self._ended and not self.transport.is_closing():
            self.transport.write(frames)

    def close(self, code: int, reason: str) -> None:
        """See wires.Wire."""
        if self._ended or self.transport.is_closing():
            return
        conn = self._parser().conn
        conn.send_close(code, reason)
        self.transport.write(b"".join(conn.data_to_send()))
        self._ended = True
        self.transport.resume_reading()  # for the client's own close
        self._end_in_time()

    def abort(self) -> None:
        """See wires.Wire."""
        self.transport.abort()

    def pause(self) -> None:
        """See wires.Wire."""
        if not self.transport.is_closing():
            self.transport.pause_reading()

    def resume(self) -> None:
        """See wires.Wire."""
        if not self.transport.is_closing():
            self.transport.resume_reading()

    def pause_writing(self) -> None:
        """More waits than may."""
        if self._live is not None:
            self._live.block()

    def resume_writing(self) -> None:
        """The client has taken most of it."""
        if self._live is not None:
            self._live.unblock()

    # -- heartbeats (heartbeats.Pinged) ---------------------------------------------------------------------------

    @property
    def over(self) -> bool:
        """See heartbeats.Pinged."""
        return self._ended or self._live is None

    def ping(self, payload: bytes) -> None:
        """See heartbeats.Pinged."""
        self.send(bytes((_PING, len(payload))) + payload)

    def _answered(self, payload: bytes) -> None:
        if payload == self.pinged:
            self.pinged = None

    def unanswered(self) -> None:
        """See heartbeats.Pinged."""
        conn = self._parser().conn
        conn.fail(UNANSWERED, "keepalive ping timeout")
        self._end(conn)

    # -- the end --------------------------------------------------------------------------------------------------

    def _end(self, conn: Protocol) -> None:
        """Send what the parser has to say at the end, and close the transport."""
        if out := b"".join(conn.data_to_send()):
            self.transport.write(out)
        self._ended = True
        self.transport.close()
        self._end_in_time()

    def _end_in_time(self) -> None:
        """A transport that closes waits for the client to take what was sent; one that takes nothing is cut off."""
        if self._closing is None:
            self._closing = asyncio.get_running_loop().call_later(CLOSE_SECONDS, self.transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """The line is gone."""
        live, self._live = self._live, None
        self._ended = True
        self._parsing = None
        self._open.discard(self)
        self._shared.leave(self._peer)
        if self._closing is not None:
            self._closing.cancel()
        if live is not None:
            live.lost()

    def shutdown(self) -> None:
        """The process ends: tell when to come back, each client another time, and close in good order."""
        if self._live is None or self._live.closed:
            self.transport.close()
            return
        seconds = self._shared.drain_seconds
        retry_ms = round(random.uniform(0.1, 1.0) * seconds * 1000)  # noqa: S311 (spreads load, no secret)
        self._live.drain(RESTART, "the server restarts", retry_ms)
        asyncio.get_running_loop().call_later(seconds, self.transport.abort)


def frame_end(data: bytes, at: int, most: int) -> int:
    """Return the end of the frame that begins at `at`; `at` if it is incomplete, -1 if it is not a client's frame."""
    left = len(data) - at
    if left < 2:
        return at
    size, head = data[at + 1], 6
    if size < _MASKED:
        return -1
    size &= 0x7F
    if size == _SIZE_OF_TWO:
        if left < 4:
            return at
        size, head = data[at + 2] << 8 | data[at + 3], 8
    elif size == _SIZE_OF_EIGHT:
        if left < 10:
            return at
        size, head = int.from_bytes(data[at + 2 : at + 10], "big"), 14
    if size > most:
        return -1
    return at + head + size if left >= head + size else at
