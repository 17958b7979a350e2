"""A live connection: what it asks for, what it follows, what waits for it."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

import msgspec

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.realtime.errors import Flooding, Malformed
from guildhall.core.realtime.frames import ack_frame, event_frame, is_utf8, refusal, said, text_frame
from guildhall.core.realtime.operations import Operation
from guildhall.core.realtime.schemas import Happening
from guildhall.core.realtime.settings import RealtimeSettings
from guildhall.core.realtime.subscriptions import Subscription
from guildhall.core.realtime.wires import FLOODING, NOT_UTF8, POLICY, UNSUPPORTED, Wire
from guildhall.errors import GuildhallError
from guildhall.ids import UserId
from guildhall.log import get_logger

log = get_logger(__name__)

_FAULTS_MOST = 20
"""Malformed or refused operations in a row after which a connection is closed."""
_WAITING_MOST = 1000
"""Operations that wait for one before them."""


class Switchboard(Protocol):
    """The parts of the process's server that a connection needs."""

    loop: asyncio.AbstractEventLoop
    settings: RealtimeSettings
    decoder: "msgspec.json.Decoder[Operation]"
    burst: float
    rate: float
    """Operations that one connection may ask for at once, and a second."""
    resyncs: int
    handlers: Mapping[type[Operation], Callable[["Connection", Any], Awaitable[None] | None]]
    """The handler of each kind of operation. Handlers raise GuildhallError."""

    def flush_soon(self, connection: "Connection") -> None:
        """Call `flush` at the end of this turn of the loop."""

    def unfollow(self, connection: "Connection", topic: str) -> None:
        """End a subscription."""

    def gone(self, connection: "Connection") -> None:
        """The connection is no more."""


class Connection:
    """One socket of one user. All of it runs on the loop's thread, nothing waits for a reader.

    Thousands are idle at any time: what only a busy one needs is made when it needs it.
    """

    __slots__ = (
        "_busy",
        "_faults",
        "_leaving",
        "_out",
        "_refilled_at",
        "_resyncs",
        "_server",
        "_tokens",
        "_typed",
        "_waiting",
        "_wire",
        "_writes",
        "blocked",
        "blocked_since",
        "closed",
        "ends_at",
        "known",
        "principal",
        "subscriptions",
        "user_id",
    )

    def __init__(self, server: Switchboard, wire: Wire, principal: Principal, ends_at: float) -> None:
        self._server = server
        self._wire = wire
        self.principal = principal
        self.user_id: UserId = principal.viewer.id
        self.ends_at = ends_at
        self.blocked = False
        self.blocked_since = 0.0
        self.closed = False
        self.subscriptions: dict[str, Subscription] = {}
        self._out: list[bytes] = []
        self._resyncs: dict[str, UUID] | None = None
        self._waiting: deque[Operation] | tuple[()] = ()
        self._busy: asyncio.Task[None] | None = None
        self._writes = 0
        self._leaving: tuple[int, str] | None = None
        self._faults = 0
        self._tokens = server.burst
        self._refilled_at = server.loop.time()
        self._typed: dict[str, float] | None = None
        self.known: dict[str, Any] | None = None

    # -- what the client says -------------------------------------------------------------------------------------

    def on_text(self, payload: bytes) -> None:
        """Handle a text message of the client. Messages after the end, or after the goodbye, are ignored."""
        if self.closed or self._leaving is not None:
            return
        server = self._server
        now = server.loop.time()
        tokens = self._tokens + (now - self._refilled_at) * server.rate
        self._refilled_at = now
        if tokens > server.burst:
            tokens = server.burst
        if tokens < 1.0:
            self._tokens = tokens
            self._fault(Flooding(), FLOODING)
            return
        self._tokens = tokens - 1.0
        try:
            operation = server.decoder.decode(payload)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            if is_utf8(payload):
                self._fault(Malformed(detail=f"Not understood: {error}."), POLICY)
            else:
                self.close(NOT_UTF8, "not UTF-8")
            return
        self._faults = 0
        if self._busy is not None or self.blocked:
            if len(self._waiting) >= _WAITING_MOST:
                self.refuse(operation.ref, Flooding(detail="Too many operations wait; slow down."))
            elif isinstance(self._waiting, deque):
                self._waiting.append(operation)
            else:
                self._waiting = deque((operation,))
            return
        self._start(operation)

    def on_binary(self) -> None:
        """Refuse a binary message: this protocol has none."""
        if self._leaving is None:
            self.close(UNSUPPORTED, "text only")

    def _start(self, operation: Operation) -> None:
        """Do an operation; those after it wait as long as there is a `_busy`."""
        try:
            going = self._server.handlers[type(operation)](self, operation)
        except GuildhallError as error:
            self.refuse(operation.ref, error)
            return
        if going is not None:
            self._busy = asyncio.create_task(self._go_on(operation, going), name="live-operation")

    async def _go_on(self, operation: Operation, going: Awaitable[None]) -> None:
        """Finish one operation, then those that came meanwhile."""
        try:
            await going
        except GuildhallError as error:
            self.refuse(operation.ref, error)
        except Exception as error:
            log.error("operation_broken", op=type(operation).__name__, exc_info=error)
            self.refuse(operation.ref, GuildhallError(detail="This is a bug; it is in the log."))
        self._busy = None
        self._do_waiting()

    def _do_waiting(self) -> None:
        """Do what came meanwhile, one after the other; what a client asks for that takes nothing waits."""
        while (
            isinstance(self._waiting, deque)
            and self._waiting
            and self._busy is None
            and not (self.closed or self.blocked)
        ):
            self._start(self._waiting.popleft())

    def _fault(self, error: GuildhallError, code: int) -> None:
        self._faults += 1
        self.refuse(None, error)
        if self._faults >= _FAULTS_MOST:
            self.close(code, str(error)[:60])

    # -- what it is told ------------------------------------------------------------------------------------------

    def say(self, payload: bytes) -> None:
        """Send one JSON text, together with all others of this turn of the loop."""
        self.put(text_frame(payload))

    def show(self, payload: bytes, frame: bytes) -> None:
        """Send a JSON text that is encoded as a frame already."""
        self.put(frame)

    def put(self, frame: bytes) -> None:
        """Send a whole frame."""
        if not self._out:
            self._server.flush_soon(self)
        self._out.append(frame)

    def flush(self) -> None:
        """Send the gathered frames."""
        out, self._out = self._out, []
        if out and not self.closed:
            self._wire.send(out[0] if len(out) == 1 else b"".join(out))

    def tell(self, topic: str, happening: Happening) -> None:
        """See subscriptions.Reader."""
        frame = happening.frames.get(topic)
        if frame is None:
            frame = happening.frames[topic] = event_frame(topic, happening)
        self.put(frame)

    def acknowledge(self, ref: int | str | None, identifier: UUID, at: datetime) -> None:
        """See operations.Asker."""
        if ref is not None:
            self.put(ack_frame(ref, identifier, at))

    def refuse(self, ref: int | str | None, error: Exception) -> None:
        """See operations.Asker."""
        if not isinstance(error, GuildhallError):
            log.error("operation_broken", exc_info=error)
            error = GuildhallError(detail="This is a bug; it is in the log.")
        self.say(refusal(error, ref))

    def told_to_resync(self, topic: str, after: UUID) -> None:
        """See subscriptions.Reader."""
        if topic in self.subscriptions:
            self._server.unfollow(self, topic)
            self._server.resyncs += 1
            if self._resyncs is None:
                self._resyncs = {}
            self._resyncs[topic] = after
            if not self.blocked:
                self._say_resyncs()

    def _say_resyncs(self) -> None:
        resyncs, self._resyncs = self._resyncs, None
        for topic, after in (resyncs or {}).items():
            self.say(said("resync", topic=topic, after=str(after)))

    def forget(self, topic: str) -> None:
        """See subscriptions.Reader."""
        self.subscriptions.pop(topic, None)

    def may_type(self, topic: str, now: float) -> bool:
        """Return whether a sign of typing is passed on; one that comes too soon after another is not."""
        if self._typed is None:
            self._typed = {}
        if now - self._typed.get(topic, -1e9) < self._server.settings.typing_seconds:
            return False
        self._typed[topic] = now
        return True

    # -- its life -------------------------------------------------------------------------------------------------

    def block(self) -> None:
        """More waits for the client than may: it gets no events and is not read until it has taken some."""
        if not self.blocked:
            self.blocked = True
            self.blocked_since = self._server.loop.time()
            self._wire.pause()

    def unblock(self) -> None:
        """The client has taken what waited."""
        if self.blocked:
            self.blocked = False
            if self._leaving is None:
                self._wire.resume()
            self._say_resyncs()
            self._do_waiting()

    def began_write(self) -> None:
        """See operations.Asker."""
        self._writes += 1

    def ended_write(self) -> None:
        """See operations.Asker."""
        self._writes -= 1
        if not self._writes and self._leaving is not None:
            self.close(*self._leaving)

    def drain(self, code: int, reason: str, retry_ms: int) -> None:
        """The process ends: say when to come back, and close once every write of the client is answered."""
        self.say(said("bye", retry_ms=retry_ms))
        self._waiting = ()
        self._wire.pause()
        if self._writes:
            self._leaving = (code, reason)
        else:
            self.close(code, reason)

    def close(self, code: int, reason: str) -> None:
        """Send what is gathered, then close."""
        if not self.closed:
            self.flush()
            self._wire.close(code, reason)
            self.lost()

    def abort(self) -> None:
        """Cut the line of a client that takes nothing."""
        if not self.closed:
            self._wire.abort()
            self.lost()

    def lost(self) -> None:
        """The line is gone."""
        if not self.closed:
            self.closed = True
            self._out.clear()
            self._waiting = ()
            if self._busy is not None and self._busy is not asyncio.current_task():
                self._busy.cancel()
            self._server.gone(self)
