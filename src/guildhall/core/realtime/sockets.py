"""WebSockets of live connections: frames in and out without a detour.

uvicorn's protocol does the handshake, control frames, fragments, limits and closing, by the sans-I/O parser of
`websockets`. Once a connection is live, a whole text message, which is nearly all there is, is unmasked and handed on
at once, and frames that are encoded already go to the transport as they are. Everything else goes uvicorn's way, a
whole frame at a time, so that the parser always stands between two frames.
"""

import random
from typing import Any

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State
from websockets.speedups import apply_mask

from guildhall.core.realtime.connections import RESTART, Connection

EXTENSION = "guildhall.live"
"""Under which the scope's extensions have the protocol of a handshake."""
_TEXT = 0x81
"""A whole text message: FIN and opcode 1."""
_MASKED = 0x80
_SIZE_OF_TWO, _SIZE_OF_EIGHT = 126, 127
"""What the second byte says of a size that follows in two bytes, or in eight."""
_LONG_HEADS = {_MASKED | _SIZE_OF_TWO: 8, _MASKED | _SIZE_OF_EIGHT: 14}
"""Bytes before the payload of larger frames, by the second byte; 6 before all others."""


class LiveProtocol(WebSocketsSansIOProtocol):
    """A WebSocket that may become a live connection. Of a process: `drain_seconds`, `queue_bytes`, `frame_bytes`."""

    drain_seconds = 5.0
    queue_bytes = 1_048_576
    frame_bytes = 32_768

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._live: Connection | None = None
        self._piece = b""
        """The beginning of a frame whose end is still to come."""

    # -- from the handshake to a live connection ------------------------------------------------------------------

    def handle_connect(self, event: Any) -> None:
        """Offer the protocol to the application with the handshake."""
        super().handle_connect(event)
        if self.handshake_initiated and not self.handshake_complete:
            extensions: Any = self.scope["extensions"]
            extensions[EXTENSION] = self

    def go_live(self, connection: Connection) -> None:
        """Hand all that comes from here on to a connection; the handshake has been accepted."""
        self._live = connection
        self.transport.set_write_buffer_limits(high=self.queue_bytes, low=self.queue_bytes // 4)
        while not self.queue.empty():  # what came while the connection was made
            message: Any = self.queue.get_nowait()
            if message["type"] == "websocket.receive":
                text = message.get("text")
                if text is not None:
                    connection.on_text(text.encode())
                else:
                    connection.on_binary()
            elif message["type"] == "websocket.disconnect":
                connection.lost()
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()

    async def run_asgi(self) -> None:
        """The application's part ends when the connection is live; the socket goes on."""
        close_timer = self.close_timer
        try:
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except Exception:
            self.logger.exception("Exception in ASGI application\n")
            self.send_500_response()
        if self._live is None and self.close_timer is close_timer:
            self.transport.close()

    # -- in -------------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Bytes of the client."""
        if not self.handshake_initiated:
            super().data_received(data)  # the request alone: uvicorn's HTTP has read it already
            return
        if self._piece:
            data, self._piece = self._piece + data, b""
        at = 0
        while (stop := _frame_end(data, at, self.frame_bytes)) != at and self.conn.parser_exc is None:
            live = self._live
            if stop < 0:
                if live is not None:
                    live.flush()
                super().data_received(data[at:])  # no frame that anybody may send: the parser says why
                return
            if (
                live is not None
                and data[at] == _TEXT
                and self.conn.current_size is None
                and self.conn.state is State.OPEN
            ):
                start = at + _LONG_HEADS.get(data[at + 1], 6)
                live.on_text(apply_mask(data[start:stop], data[start - 4 : start]))
            else:
                if live is not None:
                    live.flush()  # the parser answers at once: what was asked for earlier is answered before
                super().data_received(data[at:stop])
            at = stop
        self._piece = data[at:]

    def send_receive_event_to_app(self) -> None:
        """A message that came through the parser."""
        live = self._live
        if live is None:
            super().send_receive_event_to_app()
            return
        data = self.frames[0] if len(self.frames) == 1 else b"".join(self.frames)
        self.frames = []
        if self.curr_msg_data_type == "text":
            live.on_text(bytes(data))
        else:
            live.on_binary()

    # -- out (connections.Wire) -----------------------------------------------------------------------------------

    def send_frames(self, frames: bytes) -> None:
        """See connections.Wire."""
        if self.conn.state is State.OPEN and not self.transport.is_closing():
            self.transport.write(frames)

    def close_with(self, code: int, reason: str) -> None:
        """See connections.Wire."""
        if self.transport.is_closing() or self.close_sent or self.conn.state is not State.OPEN:
            return
        self.stop_keepalive()
        self.conn.send_close(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        self.transport.resume_reading()  # for the client's own close
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)

    def handle_parser_exception(self) -> None:
        """What the client sent is no WebSocket."""
        super().handle_parser_exception()
        self._end_in_time()

    def handle_close(self, event: Any) -> None:
        """The client leaves, or answers that it does."""
        super().handle_close(event)
        self._end_in_time()

    def _end_in_time(self) -> None:
        """A transport that closes waits for the client to take what was sent; one that takes nothing is cut off."""
        if self.close_timer is None:
            self.close_timer = self.loop.call_later(self.close_timeout, self.transport.abort)

    def pause_writing(self) -> None:
        """More waits than may."""
        super().pause_writing()
        if self._live is not None:
            self._live.block()

    def resume_writing(self) -> None:
        """The client has taken most of it."""
        super().resume_writing()
        if self._live is not None:
            self._live.unblock()

    # -- the end --------------------------------------------------------------------------------------------------

    def connection_lost(self, exc: Exception | None) -> None:
        """The line is gone."""
        super().connection_lost(exc)
        if self._live is not None:
            self._live.lost()

    def shutdown(self) -> None:
        """The process ends: tell when to come back, each client another time, and close in good order."""
        if self._live is None or self._live.closed:
            super().shutdown()
            return
        self.stop_keepalive()
        retry_ms = round(random.uniform(0.1, 1.0) * self.drain_seconds * 1000)  # noqa: S311 (spreads load, no secret)
        self._live.drain(RESTART, "the server restarts", retry_ms)
        self.loop.call_later(self.drain_seconds, self.transport.abort)


def _frame_end(data: bytes, at: int, most: int) -> int:
    """Where the frame that begins at `at` ends; `at` when it is not all there, -1 when it is none of a client's."""
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


class SocketWire:
    """A protocol's part as connections.Wire."""

    def __init__(self, protocol: LiveProtocol) -> None:
        self._protocol = protocol
        self.send = protocol.send_frames
        self.close = protocol.close_with

    def abort(self) -> None:
        """See connections.Wire."""
        self._protocol.transport.abort()

    def pause(self) -> None:
        """See connections.Wire."""
        if not self._protocol.transport.is_closing():
            self._protocol.transport.pause_reading()

    def resume(self) -> None:
        """See connections.Wire."""
        if not self._protocol.transport.is_closing():
            self._protocol.transport.resume_reading()
