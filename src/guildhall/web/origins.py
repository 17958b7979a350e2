"""Origins of other sites whose pages may read answers (CORS)."""

from collections.abc import Iterable

from guildhall.web.reply import Fields

_ALLOWED: Fields = [
    (b"access-control-expose-headers", b"age, etag, cache-status, ratelimit, retry-after, x-request-id"),
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, PATCH, DELETE"),
    (b"access-control-allow-headers", b"content-type, if-none-match, authorization, x-request-id"),
    (b"vary", b"origin"),
]


class Origins:
    """The origins of the settings; `*` stands for all."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._known = frozenset(origin.encode() for origin in origins)
        self._all = b"*" in self._known

    def fields(self, origin: bytes) -> Fields:
        """The header fields that let a page of this origin read the answer; none for an origin that may not."""
        if not self._all and origin not in self._known:
            return []
        return [(b"access-control-allow-origin", b"*" if self._all else origin), *_ALLOWED]
