"""An answer of the application on its way out: what every answer carries, and the coding the client takes."""

import gzip
from collections.abc import Awaitable, Callable
from typing import Any

import zstandard

from guildhall.web.codings import WORTH_COMPRESSING, accepted_coding

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Fields = list[tuple[bytes, bytes]]

SECURITY: Fields = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
]
API_POLICY = (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'")
PAGE_POLICY = (
    b"content-security-policy",
    b"default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'",
)
_COMPRESSED = (
    b"application/json",
    b"application/problem+json",
    b"text/",
    b"application/javascript",
    b"application/vnd",
)
_zstd = zstandard.ZstdCompressor(level=3)


class Reply:
    """The application's `send`: adds what every answer carries, and compresses what is worth it."""

    __slots__ = ("_accept", "_extra", "_head", "_send", "_start", "started", "status")

    def __init__(self, send: Send, extra: Fields, accept: bytes | None, head: bool) -> None:
        self._send = send
        self._extra = extra
        self._accept = accept
        self._head = head
        self._start: dict[str, Any] | None = None
        self.status = 500
        self.started = False

    async def __call__(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._start = message
            self.status = message["status"]
            return
        body: bytes = message.get("body", b"")
        if self._start is not None:
            start, self._start = self._start, None
            fields: Fields = list(start["headers"])
            body = self._coded(fields, body, whole=not message.get("more_body"))
            names = {name for name, _ in fields}
            fields += [field for field in SECURITY if field[0] not in names]
            page = any(name == b"content-type" and value.startswith(b"text/html") for name, value in fields)
            if API_POLICY[0] not in names:  # a page may have a stricter one of its own
                fields.append(PAGE_POLICY if page else API_POLICY)
            fields += self._extra
            self.started = True
            await self._send({"type": "http.response.start", "status": start["status"], "headers": fields})
        await self._send({**message, "body": b"" if self._head else body})

    def _coded(self, fields: Fields, body: bytes, whole: bool) -> bytes:
        """The body in the best coding the client takes; `fields` say which, and that there are others.

        A validator of what has several codings is a weak one, for they are not the same bytes (RFC 9110, 8.8.1).
        """
        known = dict(fields)
        size = max(len(body), int(known.get(b"content-length", b"0")))
        kind = known.get(b"content-type", b"")
        if size < WORTH_COMPRESSING or not kind.startswith(_COMPRESSED) or b"content-encoding" in known:
            return body
        if known.get(b"etag", b"").startswith(b'"'):
            fields[:] = [(name, b"W/" + value if name == b"etag" else value) for name, value in fields]
        if b"accept-encoding" not in known.get(b"vary", b""):
            fields.append((b"vary", b"accept-encoding"))
        coding = accepted_coding(self._accept, len(body)) if whole else "identity"
        if coding == "identity":
            return body
        body = _zstd.compress(body) if coding == "zstd" else gzip.compress(body, 5)
        fields[:] = [field for field in fields if field[0] != b"content-length"]
        fields += [
            (b"content-length", b"%d" % len(body)),
            (b"content-encoding", coding.encode()),
        ]
        return body
