"""Cached answers on their way out: validators, age, freshness, codings, from bytes that are encoded once."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, Generic, TypeVar

from litestar import Response
from litestar.types import Receive

from guildhall.core.cache.memory import MemoryTier
from guildhall.core.cache.schemas import Answer, Entry
from guildhall.web.codings import Coding, accepted_coding
from guildhall.web.reply import Fields

Body = TypeVar("Body")

_LARGE = 64_000
"""Bytes; compressing more than that would hold up the other requests, so a thread does it."""


class Cached(Response[Body], Generic[Body]):
    """A route's response that is an answer of the cache. `Body` documents the shape.

    Public answers are bound to the request's target, so that the next such request is served without routing at all
    (see `CacheLane`).
    """

    def __init__(self, answer: Answer, memory: MemoryTier) -> None:
        super().__init__(content=None)  # type: ignore[arg-type]
        self._answer = answer
        self._memory = memory

    def to_asgi_response(self, *_: Any, **__: Any) -> Any:
        """An ASGI application that sends the answer."""
        return self._send

    async def _send(self, scope: Any, receive: Receive, send: Any) -> None:
        answer, memory = self._answer, self._memory
        entry = answer.entry
        headers = dict(scope["headers"])
        coding = accepted_coding(headers.get(b"accept-encoding"), len(entry.body))
        body = await encoded(entry, coding, memory)
        if scope["method"] == "GET" and entry.status == 200:
            if not entry.kind.private:
                memory.bind(entry, target_of(scope))
            elif (holder := scope.get(HOLDER)) is not None:
                memory.bind(entry, private_target(holder, target_of(scope)))
        now = scope["guildhall.now"]
        fields = fields_of(entry, coding, body, now)
        fields.append((b"cache-status", cache_status(answer, now)))
        if answer.freshness == "stale-on-error":
            fields.append((b"warning", b'111 guildhall "Revalidation Failed"'))
        status, body = (304, b"") if unchanged(entry, headers.get(b"if-none-match")) else (entry.status, body)
        if status == 304:
            fields = without_body(fields)
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send(
            {
                "type": "http.response.body",
                "body": b"" if scope["method"] == "HEAD" else body,
                "more_body": False,
            }
        )


HOLDER = "guildhall.holder"
"""The key in a request's scope for the user id of its access token, as bytes."""
Holder = Callable[[bytes, float], bytes | None]
"""Returns the user id of an Authorization header's access token, as far as this process knows it at a time."""
Find = Callable[[str], Awaitable[Answer]]
"""Finds the answer for the last part of a path, as its route does. Raises GuildhallError."""


class CacheLane:
    """The fast path's answers: fresh ones straight from memory, and a few routes of one parameter.

    `routes` maps path prefixes to functions that find the answer for the part that follows. `holder` returns the user
    id of an Authorization header; such requests get their holder's own answers or none.
    """

    def __init__(self, memory: MemoryTier, routes: Mapping[bytes, Find], holder: Holder = lambda *_: None) -> None:
        self._memory = memory
        self._routes = routes
        self._holder = holder

    def remembered(self, target: bytes, now: float) -> Answer | None:
        """The fresh answer in memory that this request's target led to before."""
        entry = self._memory.by_target.get(target)
        if entry is None or now >= entry.expires_at:
            return None
        self._memory.touch(entry)
        return Answer(entry, "memory", "fresh")

    def holder(self, authorization: bytes, now: float) -> bytes | None:
        """The id of the person whose authorization this is, in bytes, if that is known beyond doubt."""
        return self._holder(authorization, now)

    def private(self, target: bytes, holder: bytes, now: float) -> Answer | None:
        """The fresh answer in memory that this target led its holder to before."""
        return self.remembered(private_target(holder, target), now)

    def route(self, target: bytes) -> Coroutine[Any, Any, Answer] | None:
        """The finding of an answer that is not in memory, for a target that one of the routes is for."""
        cut = target.rfind(b"/") + 1
        find = self._routes.get(target[:cut])
        if find is None:
            return None
        last = target[cut:]
        return self._found(find, last.decode(), target) if last.isalnum() else None

    async def _found(self, find: Find, last: str, target: bytes) -> Answer:
        answer = await find(last)
        if not answer.entry.kind.private:
            self._memory.bind(answer.entry, target)
        return answer

    def ready(self, answer: Answer, accept_encoding: bytes | None) -> bool:
        """Return whether the answer is there in the client's coding; the long way makes one that is not."""
        coding = accepted_coding(accept_encoding, len(answer.entry.body))
        return coding == "identity" or (answer.entry.coded is not None and coding in answer.entry.coded)

    def label(self, answer: Answer) -> str:
        """The kind's name."""
        return answer.entry.kind.name

    def wire(
        self, answer: Answer, accept_encoding: bytes | None, if_none_match: bytes | None, now: float
    ) -> tuple[int, bytes, bytes]:
        """Status, head (without its end) and body as they go on the wire."""
        entry = answer.entry
        coding = accepted_coding(accept_encoding, len(entry.body))
        body = entry.encoded(coding)
        if if_none_match is not None and unchanged(entry, if_none_match):
            fields = without_body(fields_of(entry, coding, body, now))
            head = b"HTTP/1.1 304 Not Modified\r\n" + b"".join(b"%s: %s\r\n" % field for field in fields)
            return 304, b"%scache-status: %s\r\n" % (head, cache_status(answer, now)), b""
        known = entry.wire.get(coding) if entry.wire is not None else None
        if known is None:
            fields = [field for field in fields_of(entry, coding, body, now) if field[0] != b"age"]
            known = b"HTTP/1.1 200 OK\r\n" + b"".join(b"%s: %s\r\n" % field for field in fields)
            entry.wire = {**(entry.wire or {}), coding: known}
        head = b"%sage: %d\r\ncache-status: %s\r\n" % (known, max(0, int(now - entry.as_of)), cache_status(answer, now))
        if answer.freshness == "stale-on-error":
            head += b'warning: 111 guildhall "Revalidation Failed"\r\n'
        return 200, head, body


def target_of(scope: Any) -> bytes:
    """The request target as the lane knows it: raw path and query."""
    query: bytes = scope["query_string"]
    path: bytes = scope["raw_path"]
    return path + b"?" + query if query else path


def private_target(holder: bytes, target: bytes) -> bytes:
    """A target as one user's: no request's target can be the same, for none has a space in it."""
    return holder + b" " + target


async def encoded(entry: Entry, coding: Coding, memory: MemoryTier) -> bytes:
    """The body in a coding, compressed in a thread when it is large."""
    if coding == "identity":
        return entry.body
    if entry.coded is not None and coding in entry.coded:
        return entry.coded[coding]
    if len(entry.body) > _LARGE:
        body = await asyncio.to_thread(entry.encoded, coding)
    else:
        body = entry.encoded(coding)
    memory.grow(entry, len(body))
    return body


def unchanged(entry: Entry, if_none_match: bytes | None) -> bool:
    """Return whether the client has this body already (RFC 9110, weak comparison)."""
    if if_none_match is None or entry.status != 200:
        return False
    return if_none_match == entry.etag or if_none_match == b"*" or entry.etag in if_none_match


def fields_of(entry: Entry, coding: Coding, body: bytes, now: float) -> Fields:
    """The header fields of an answer; those that never change are made once."""
    head = entry.head
    if head is None:
        # Age is the age of the data, so the lifetime is counted from the same moment.
        lives = max(0, int(entry.expires_at - entry.as_of))
        scope = "private" if entry.kind.private else "public"
        stale = int(entry.kind.stale_for.total_seconds())
        control = f"{scope}, max-age={lives}, stale-while-revalidate={stale}".encode()
        head = entry.head = [
            (b"content-type", b"application/json"),
            (b"etag", b"W/" + entry.etag),  # one for all codings, which are not the same bytes (RFC 9110, 8.8.1)
            (b"cache-control", control),
            (b"vary", b"accept-encoding"),
        ]
    fields = [
        *head,
        (b"content-length", b"%d" % len(body)),
        (b"age", b"%d" % max(0, int(now - entry.as_of))),
    ]
    if coding != "identity":
        fields.append((b"content-encoding", coding.encode()))
    return fields


def without_body(fields: Fields) -> Fields:
    """The fields of a 304: those that describe the body stay away."""
    return [field for field in fields if field[0] not in (b"content-length", b"content-type", b"content-encoding")]


def cache_status(answer: Answer, now: float) -> bytes:
    """Return the origin and the freshness of an answer, as a Cache-Status field (RFC 9211)."""
    ttl = int(answer.entry.expires_at - now)
    if answer.tier == "source" and answer.freshness == "fresh":
        return b"guildhall; fwd=miss; stored; ttl=%d; detail=source" % ttl
    if answer.freshness == "fresh":
        return b"guildhall; hit; ttl=%d; detail=%s" % (ttl, answer.tier.encode())
    return b"guildhall; hit; ttl=%d; detail=%s-%s" % (ttl, answer.tier.encode(), answer.freshness.encode())
