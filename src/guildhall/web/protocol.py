"""uvicorn's HTTP/1.1 protocol with bounds: on the header block, on what a client may keep waiting, on connections.

Refusals by the parser, and by these bounds, are problem+json like every other failure.
"""

from typing import Any, Protocol

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from guildhall.errors import BadRequest, GuildhallError
from guildhall.web.connections import HEALTH, Connections

_NEVER = float("inf")
_HANDSHAKE_FIELD = 8_000
"""Bytes of a target or a field in a WebSocket's handshake; its parser takes no longer lines."""
_LINGER = 2.0
"""Seconds that a client has to read a refusal before the line is cut; what it sends meanwhile is thrown away."""


_BODIES = frozenset({b"content-length", b"transfer-encoding"})
"""Fields that announce a body, which the WebSocket's parser would wait for in vain."""


class HeadersTooLarge(GuildhallError):
    status = 431
    says = "Request header fields too large: the header block has too many fields or bytes."


class ClientTooSlow(GuildhallError):
    status = 408
    says = "Request timeout: the {part} took more than {seconds:g} seconds."
    part: str
    seconds: float


class Refusals(Protocol):
    """Makes the answers to requests that never reach the application."""

    def refusal(self, date: bytes, error: GuildhallError) -> bytes:
        """A whole answer with the Date field's value, after which the connection is closed."""


def date_of(fields: list[tuple[bytes, bytes]]) -> bytes:
    """The Date field's value among uvicorn's own fields."""
    for name, value in fields:  # on the fast path of every cached answer: a generator here costs 0.3 µs
        if name == b"date":
            return value
    return b""


class BoundedProtocol(HttpToolsProtocol):
    """A subclass of a process has its `bounds` and `refusals`."""

    bounds: Connections
    refusals: Refusals

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.due = self.stalled_at = _NEVER
        self._in_message = False
        self._in_head = False
        self._begun = 0
        self._head_bytes = 0
        self._head_fields = 0
        self._head_pieces = 0
        self._refusal: GuildhallError | None = None
        self._refused = False
        self._answering: RequestResponseCycle | None = None
        self._counted = False
        self.one_too_many: GuildhallError | None = None
        """Why the connection is one more than may be, if it is."""

    @property
    def peer(self) -> str:
        """The address of the other end."""
        return self.client[0] if self.client else ""

    @property
    def date(self) -> bytes:
        """The Date header's value, which uvicorn makes once a second."""
        return date_of(self.server_state.default_headers)

    # -- the connection -------------------------------------------------------------------------------------------

    def connection_made(self, transport: Any) -> None:
        """Count the connection, and wait for its first byte."""
        super().connection_made(transport)
        self.one_too_many = self.bounds.admit(self, self.peer, self.loop)
        self._counted = True

    def connection_lost(self, exc: Exception | None) -> None:
        """The line is gone."""
        self._leave_answer()  # uvicorn tells only the request that came last
        super().connection_lost(exc)
        self.bounds.unwatch(self)
        if self._counted:
            self._counted = False
            self.bounds.leave(self.peer)

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection to the WebSocket's protocol, which counts it from here on."""
        longest = max([len(self.url), *(len(name) + len(value) for name, value in self.headers)])
        if longest > _HANDSHAKE_FIELD:
            self.refuse(
                HeadersTooLarge(detail=f"A field of a WebSocket's handshake may have {_HANDSHAKE_FIELD} bytes.")
            )
            return
        if self.scope["method"] != "GET" or any(name in _BODIES for name, _ in self.headers):
            self.refuse(BadRequest(detail="A WebSocket's handshake is a GET without a body (RFC 6455, 4.1)."))
            return
        self.bounds.unwatch(self)
        self._counted = False
        super().handle_websocket_upgrade()

    def pause_writing(self) -> None:
        """More waits for the client than it takes."""
        super().pause_writing()
        self.stalled_at = self.loop.time()

    def resume_writing(self) -> None:
        """The client has taken most of it."""
        super().resume_writing()
        self.stalled_at = _NEVER

    def closing(self) -> bool:
        """See connections.Watched."""
        return self.transport.is_closing()

    def abort(self) -> None:
        """See connections.Watched."""
        self._leave_answer()
        self.transport.abort()

    def _leave_answer(self) -> None:
        """Stop the writes of the answer that is under way."""
        if self._answering is not None:
            self._answering.disconnected = True
            self._answering.message_event.set()

    def overdue(self) -> None:
        """The client has kept the connection waiting: say so where it has begun a request, and close."""
        seconds = self.bounds.settings
        if self._refused:
            self.abort()
        elif self.flow.read_paused:
            self.due = self.loop.time() + 1.0  # it is us who do not read
        elif self.cycle is not None and self.cycle.response_complete and self._in_message and not self._in_head:
            self.transport.close()  # the answer has been given, without the rest of the body
        elif self._in_head:
            self.refuse(ClientTooSlow(part="header block", seconds=seconds.header_seconds))
        elif self._in_message:
            self.refuse(ClientTooSlow(part="body", seconds=seconds.body_seconds))
        else:
            self.transport.close()

    def timeout_keep_alive_handler(self) -> None:
        """uvicorn's own timer, which the deadline replaces: any byte stops it, a blank line too."""

    # -- requests -------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """A piece of a request, or several."""
        if self._refused:
            return
        self._unset_keepalive_if_required()
        begun, in_head = self._begun, self._in_head
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            if self._should_upgrade():
                self.handle_websocket_upgrade()
        except httptools.HttpParserError:
            self.refuse(self._refusal or BadRequest(detail="This is not a request of HTTP/1.1."))
        else:
            if in_head and self._in_head and begun == self._begun:
                self._head_pieces += len(data)  # a field that never ends is told by nobody
                if self._head_pieces > self.bounds.header_bytes:
                    self.refuse(self._too_large())

    def on_message_begin(self) -> None:
        """The first byte of a request."""
        super().on_message_begin()
        self._begun += 1
        self._in_message = self._in_head = True
        self._head_bytes = self._head_fields = self._head_pieces = 0
        if self.one_too_many is None:  # one too many has no more time than it was given
            self.due = self.loop.time() + self.bounds.settings.header_seconds

    def on_url(self, url: bytes) -> None:
        """A piece of the target."""
        self._count(len(url))
        super().on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """A field of the header block, or of the trailer, which is counted with it."""
        self._head_fields += 1
        self._count(len(name) + len(value) + 4)
        super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """The body begins."""
        self._in_head = False
        self.due = self.loop.time() + self.bounds.settings.body_seconds
        if self.one_too_many is not None and self.url.partition(b"?")[0] not in HEALTH:
            self._stop(self.one_too_many)
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole: what comes next is the answer, or has been given already."""
        self._in_message = False
        super().on_message_complete()
        answered = self.cycle is None or self.cycle.response_complete
        self.due = self.loop.time() + self.bounds.settings.idle_seconds if answered else _NEVER

    def on_response_complete(self) -> None:
        """The next request may come."""
        super().on_response_complete()
        if not self._in_message and not self.pipeline:
            self.due = self.loop.time() + self.bounds.settings.idle_seconds
        if self.one_too_many is not None:
            self.transport.close()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._answering = cycle
        super()._start_asgi_task(cycle, app)

    def _count(self, size: int) -> None:
        self._head_bytes += size
        if self._head_bytes > self.bounds.header_bytes or self._head_fields > self.bounds.settings.header_fields:
            self._stop(self._too_large())

    def _too_large(self) -> HeadersTooLarge:
        settings = self.bounds.settings
        return HeadersTooLarge(
            detail=f"The header block may have {self.bounds.header_bytes} bytes and {settings.header_fields} fields."
        )

    def _stop(self, error: GuildhallError) -> None:
        """Stop the parser, and answer with the error."""
        self._refusal = error
        raise error

    # -- refusals -------------------------------------------------------------------------------------------------

    def refuse(self, error: GuildhallError) -> None:
        """Answer a request that does not reach the application, and close when the client has had time to read it.

        While an earlier answer is under way, no other can be sent without falling into its middle.
        """
        self._refused = True
        cycle = self._answering
        if cycle is not None and not cycle.response_complete:
            self._leave_answer()
            if cycle.response_started or cycle.scope is not self.scope:
                self.transport.close()
                return
        if self.transport.is_closing():
            return
        self.transport.write(self.refusals.refusal(self.date, error))
        if self.transport.can_write_eof():
            self.transport.write_eof()  # a close with bytes unread would take the answer back
        self.flow.resume_reading()
        self.due = self.loop.time() + _LINGER
