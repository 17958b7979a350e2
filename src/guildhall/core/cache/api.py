"""Cached answers on their way out: validators, age, freshness, codings, from bytes that are encoded once."""

import asyncio
from typing import Any, Generic, TypeVar

from litestar import Response
from litestar.types import Receive

from guildhall.core.cache.memory import MemoryTier
from guildhall.core.cache.schemas import Answer, Entry
from guildhall.web.codings import Coding, accepted_coding
from guildhall.web.edge import Fields

Body = TypeVar("Body")

_LARGE = 64_000
"""Bytes; compressing more than that would hold up the other requests, so a thread does it."""


class Cached(Response[Body], Generic[Body]):
    """What a route returns for an answer of the cache. `Body` documents the shape.

    Public answers are bound to the request's target, so that the next such request is served without
    routing at all (see `CacheShortcut`).
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
        if scope["method"] == "GET" and not entry.kind.private and entry.status == 200:
            memory.bind(entry, target_of(scope))
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


class CacheShortcut:
    """Serves fresh answers straight from memory: no routing, no decoding, no encoding."""

    def __init__(self, memory: MemoryTier) -> None:
        self._memory = memory

    def find(self, scope: Any, now: float) -> Entry | None:
        """The fresh entry that this request's target led to before."""
        entry = self._memory.by_target.get(target_of(scope))
        if entry is None or now >= entry.expires_at:
            return None
        self._memory.touch(entry)
        return entry

    async def reply(self, entry: Entry, headers: dict[bytes, bytes], now: float) -> tuple[str, int, Fields, bytes]:
        """The kind's name for measures, status, fields and body."""
        coding = accepted_coding(headers.get(b"accept-encoding"), len(entry.body))
        body = entry.body if coding == "identity" else await encoded(entry, coding, self._memory)
        fields = fields_of(entry, coding, body, now)
        fields.append((b"cache-status", b"guildhall; hit; ttl=%d; detail=memory" % int(entry.expires_at - now)))
        match = headers.get(b"if-none-match")
        if match is not None and unchanged(entry, match):
            return entry.kind.name, 304, without_body(fields), b""
        return entry.kind.name, 200, fields, body


def target_of(scope: Any) -> bytes:
    """The request target as the shortcut knows it: raw path and query."""
    query: bytes = scope["query_string"]
    path: bytes = scope["raw_path"]
    return path + b"?" + query if query else path


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
    """Whether the client has this body already (RFC 9110, weak comparison)."""
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
            (b"etag", entry.etag),
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
    """Where the answer came from and how fresh it is, as a Cache-Status field (RFC 9211)."""
    ttl = int(answer.entry.expires_at - now)
    if answer.tier == "source":
        return b"guildhall; fwd=miss; stored; ttl=%d; detail=source" % ttl
    if answer.freshness == "fresh":
        return b"guildhall; hit; ttl=%d; detail=%s" % (ttl, answer.tier.encode())
    return b"guildhall; hit; ttl=%d; detail=%s-%s" % (ttl, answer.tier.encode(), answer.freshness.encode())
