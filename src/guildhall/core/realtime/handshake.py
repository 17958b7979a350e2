"""The handshake of a WebSocket, by uvicorn's protocol, until its connection is live."""

from typing import Any

from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Response
from websockets.server import ServerProtocol

from guildhall.core.realtime.connections import Connection
from guildhall.core.realtime.sockets import LiveSocket, Sockets, frame_end
from guildhall.errors import BadRequest
from guildhall.web import problems
from guildhall.web.protocol import Refusals, date_of

EXTENSION = "guildhall.live"
"""The key of a handshake's protocol in the scope's extensions."""


class LiveProtocol(WebSocketsSansIOProtocol):
    """A WebSocket that may become a live connection. A subclass of a process has its `sockets`, `refusals`."""

    sockets: Sockets
    refusals: Refusals

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conn.__class__ = _Handshake
        self._handed_over = False
        self._piece = b""
        """The beginning of a frame whose end is still to come."""

    def handle_connect(self, event: Any) -> None:
        """Offer the protocol to the application with the handshake."""
        super().handle_connect(event)
        if self.handshake_initiated and not self.handshake_complete:
            extensions: Any = self.scope["extensions"]
            extensions[EXTENSION] = self

    def data_received(self, data: bytes) -> None:
        """Bytes of the client, handed to uvicorn a whole frame at a time, so that its parser stands between two."""
        if not self.handshake_initiated:
            super().data_received(data)  # the request alone: uvicorn's HTTP has read it already
            return
        if self._piece:
            data, self._piece = self._piece + data, b""
        at = 0
        while (stop := frame_end(data, at, self.sockets.frame_bytes)) != at and self.conn.parser_exc is None:
            super().data_received(data[at:] if stop < 0 else data[at:stop])
            if stop < 0:
                return
            at = stop
        self._piece = data[at:]

    @property
    def _peer(self) -> str:
        return self.client[0] if self.client else ""

    def handle_parser_exception(self) -> None:
        """The client's bytes are no WebSocket."""
        if self.handshake_initiated:
            super().handle_parser_exception()
            return
        self.handshake_complete = True  # fields that are none to this parser: uvicorn does not expect that
        no_handshake = BadRequest(detail="This is not a WebSocket's handshake (RFC 6455, 4.1).")
        self.transport.write(self.refusals.refusal(date_of(self.default_headers), no_handshake))
        self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """The line is gone before the connection was live."""
        super().connection_lost(exc)
        self.sockets.leave(self._peer)

    def wire(self) -> LiveSocket:
        """The socket that a connection writes to from here on; the handshake has been accepted."""
        return LiveSocket(self.transport, self.sockets, self.conn, self.connections, self._peer)

    def go_live(self, socket: LiveSocket, connection: Connection) -> None:
        """Hand the transport to the socket, with what came while the connection was made."""
        self._handed_over = True
        self.stop_keepalive()
        if self.transport.is_closing():
            connection.lost()
            return
        self.connections.discard(self)
        fragments = self.frames if self.conn.current_size is not None else []
        socket.go_live(connection, self._piece, fragments, self.curr_msg_data_type == "text")
        while not self.queue.empty():
            message: Any = self.queue.get_nowait()
            if message["type"] == "websocket.receive":
                text = message.get("text")
                if text is not None:
                    connection.on_text(text.encode())
                else:
                    connection.on_binary()
        if self.read_paused and not connection.blocked:
            self.transport.resume_reading()

    async def run_asgi(self) -> None:
        """The application's part ends when the connection is live; the socket goes on without this object."""
        close_timer = self.close_timer
        try:
            await self.app(self.scope, self.receive, self.send)
        except ClientDisconnected:
            pass
        except Exception:
            self.logger.exception("Exception in ASGI application\n")
            self.send_500_response()
        if self._handed_over:
            # What refers to itself here would wait for the garbage collector, a connection at a time.
            scope: Any = self.scope
            scope.clear()
            parser: Any = self.conn
            if parser.current_size is None:
                parser.parser.close()
        elif self.close_timer is close_timer:
            self.transport.close()


class _Handshake(ServerProtocol):
    """The parser of `websockets`, whose refusals of a handshake are problem+json as all others are."""

    def reject(self, status: Any, text: str) -> Response:
        """The answer to a handshake that is refused."""
        response = super().reject(status, text)
        response.body = problems.encode(problems.refused_handshake(int(status), text))
        del response.headers["Content-Type"], response.headers["Content-Length"]
        response.headers["Content-Type"] = problems.MEDIA_TYPE
        response.headers["Content-Length"] = str(len(response.body))
        response.headers["Cache-Control"] = "no-store"
        return response
