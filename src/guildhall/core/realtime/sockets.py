"""WebSockets of live connections: frames in and out without a detour.

uvicorn's protocol does the handshake, control frames, fragments, limits and closing, by the sans-I/O parser of
`websockets`. Once a connection is live, a whole small text frame, which is nearly all there is, is unmasked and handed
on at once, and frames that are encoded already go to the transport as they are. Everything else goes uvicorn's way.
"""

import random
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.protocol import State
from websockets.speedups import apply_mask

from guildhall.core.realtime.connections import RESTART, Connection

EXTENSION = "guildhall.live"
"""Under which the scope's extensions have the protocol of a handshake."""
_TEXT = 0x81
"""A whole text message: FIN and opcode 1."""


class LiveProtocol(WebSocketsSansIOProtocol):
    """A WebSocket that may become a live connection. Of a process: `drain_seconds`, `queue_bytes`, `frame_bytes`."""

    drain_seconds = 5.0
    queue_bytes = 1_048_576
    frame_bytes = 16_384

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._live: Connection | None = None

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
        except Exception:
            self.logger.exception("Exception in ASGI application\n")
            self.send_500_response()
        if self._live is None and self.close_timer is close_timer:
            self.transport.close()

    # -- in -------------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Bytes of the client."""
        live = self._live
        if live is not None and not self.conn.reader.buffer and self.conn.current_size is None:
            data = self._whole_frames(data, live)
            if not data:
                return
        super().data_received(data)

    def _whole_frames(self, data: bytes, live: Connection) -> bytes:
        """Hand on the whole text frames that the bytes begin with; what is left is for the parser."""
        at, end = 0, len(data)
        while end - at >= 6 and data[at] == _TEXT and self.conn.state is State.OPEN:
            size = data[at + 1]
            if size < 0x80 or size == 0xFF:
                break  # not masked, which is a fault, or very large
            size &= 0x7F
            start = at + 2
            if size == 126:
                size = data[at + 2] << 8 | data[at + 3]
                start = at + 4
                if size < 126:
                    break
            stop = start + 4 + size
            if stop > end or size > self.frame_bytes:
                break
            live.on_text(apply_mask(data[start + 4 : stop], data[start : start + 4]))
            at = stop
        return data[at:] if at else data

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
        if self.conn.state is State.OPEN:
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
        self.close_timer = self.loop.call_later(self.close_timeout, self.transport.close)

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
        self.loop.call_later(self.drain_seconds, self.transport.close)


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
