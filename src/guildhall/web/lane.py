"""The fast lane: plain GETs of cached answers, served before the framework and the ASGI machinery see them.

uvicorn spends most of a cached request on the scope, the task and the messages of ASGI. This protocol looks at a
request first. When it is a GET without a body, whole in one piece, of plain characters, and the application knows its
answer, the answer's bytes go straight to the transport. Everything else, and every request that is odd in any way, goes
on to uvicorn's own parser unchanged.
"""

import asyncio
import re
from collections.abc import Coroutine
from typing import Any, Protocol

from msgspec import Struct

from guildhall.web.protocol import BoundedProtocol

_LONGEST = 8_192
"""Bytes of a request that the lane looks at."""
_HELD = 65_536
"""Bytes that may wait behind a request that is being answered."""
# Strict on purpose: a field name is a token, a value has no control characters, lines do not fold. There is one way
# only to match each byte: a second one (blanks before the value, say) would double the time with every field.
_HEAD = re.compile(rb" HTTP/1\.1\r\n(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]++:[ \t!-~\x80-\xff]*+\r\n)++\r\n")
_TARGET = re.compile(rb"/[!#-&(-;=?-\[\]_a-z~]*")
"""Visible characters that need no escaping in a log line; targets with others take the long way."""
_ELSEWHERE = frozenset(
    {
        b"content-length",
        b"transfer-encoding",
        b"upgrade",
        b"expect",
        b"connection",
        b"range",
        b"if-match",
        b"origin",
    }
)
"""Fields that make a request more than a plain GET; `connection: keep-alive` alone is plain."""


class Answers(Protocol):
    """The source of the fast path's answers; an `Any` here is the cache's own answer."""

    def remembered(self, target: bytes, now: float) -> Any | None:
        """The fresh answer in memory that this target led to before."""

    def holder(self, authorization: bytes, now: float) -> bytes | None:
        """The id of the person whose authorization this is, in bytes, if that is known beyond doubt."""

    def private(self, target: bytes, holder: bytes, now: float) -> Any | None:
        """The fresh answer in memory that this target led a person to before."""

    def route(self, target: bytes) -> Coroutine[Any, Any, Any] | None:
        """The finding of an answer for a target that is routed without the framework."""

    def wire(
        self, answer: Any, accept_encoding: bytes | None, if_none_match: bytes | None, now: float
    ) -> tuple[int, bytes, bytes]:
        """Status, head without its end, and body."""

    def ready(self, answer: Any, accept_encoding: bytes | None) -> bool:
        """Return whether the answer is there in the client's coding."""

    def label(self, answer: Any) -> str:
        """Return the answer's label in metrics."""


class PlainGet(Struct, frozen=True):
    """The fields of a plain GET's header block."""

    accept_encoding: bytes | None
    if_none_match: bytes | None
    request_id: bytes | None
    forwarded_for: bytes | None
    authorization: bytes | None = None
    """The Authorization field; with one, only an answer of its holder's own is served here."""


def plain_get(head: bytes) -> PlainGet | None:
    """Read the header block of a request after its target; None if it is no plain GET."""
    if _HEAD.fullmatch(head) is None:
        return None
    fields: dict[bytes, bytes] = {}
    for line in head[11:-4].split(b"\r\n"):
        name, _, value = line.partition(b":")
        name, value = name.lower(), value.strip()
        if name in fields or (name in _ELSEWHERE and (name, value.lower()) != (b"connection", b"keep-alive")):
            return None
        fields[name] = value
    if b"host" not in fields:
        return None
    return PlainGet(
        fields.get(b"accept-encoding"),
        fields.get(b"if-none-match"),
        fields.get(b"x-request-id"),
        fields.get(b"x-forwarded-for"),
        fields.get(b"authorization"),
    )


class Lane(Protocol):
    """A handler of plain GETs."""

    def serve(self, connection: "LaneProtocol", target: bytes, get: PlainGet) -> bool:
        """Answer at once with `connection.reply`, or soon with `connection.work`, or say no."""


class LaneProtocol(BoundedProtocol):
    """uvicorn's protocol with the fast lane in front. A subclass of a process has its `lane`."""

    lane: Lane

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._known_head = b""
        self._known_get: PlainGet | None = None
        self._held = b""
        self._working = False
        self._leaving = False

    def data_received(self, data: bytes) -> None:
        """A piece of a request, or several."""
        if self._working:
            self._hold(data)
            return
        if self._refused:
            return
        if not self._in_message and data.startswith(b"GET /") and self._idle():
            end = data.find(b" ", 4)
            head = data[end:]
            if head != self._known_head:  # a client says the same with every request
                self._known_get = plain_get(head) if len(data) <= _LONGEST else None
                self._known_head = head if self._known_get is not None else b""
            if self._known_get is not None:
                target = data[4:end]
                if _TARGET.fullmatch(target) and self.lane.serve(self, target, self._known_get):
                    return
        super().data_received(data)

    def reply(self, answer: bytes) -> None:
        """Send a whole answer."""
        self.transport.write(answer)
        self.server_state.total_requests += 1
        self.due = self.loop.time() + self.bounds.settings.idle_seconds

    def work(self, answering: Coroutine[Any, Any, bytes]) -> "asyncio.Task[Any]":
        """Send a whole answer once it is there; what arrives meanwhile waits."""
        self._working = True
        self.due = float("inf")  # it is not the client who is waited for
        task: asyncio.Task[Any] = self.loop.create_task(answering)
        self.tasks.add(task)
        task.add_done_callback(self._worked)
        return task

    def _worked(self, task: "asyncio.Task[Any]") -> None:
        self.tasks.discard(task)
        self._working = False
        if self.transport.is_closing():
            return
        if task.cancelled() or task.exception() is not None:
            self.transport.close()
            return
        self.reply(task.result())
        if self._leaving:
            self.transport.close()
        elif self._held:
            held, self._held = self._held, b""
            self.flow.resume_reading()
            self.data_received(held)

    def _hold(self, data: bytes) -> None:
        self._held += data
        if len(self._held) > _HELD:
            self.flow.pause_reading()

    def _idle(self) -> bool:
        """Return whether nothing of an earlier request is open, and the server takes more."""
        return (
            (self.cycle is None or self.cycle.response_complete)
            and not self.pipeline
            and not self.flow.write_paused
            and self.one_too_many is None
        )

    def shutdown(self) -> None:
        """Leave when the present answer has been sent; an endless one is ended."""
        streaming: Any = self.cycle.scope.get("guildhall.streaming") if self.cycle is not None else None
        if streaming is not None:
            streaming.set()
        if self._working:
            self._leaving = True
        else:
            super().shutdown()
