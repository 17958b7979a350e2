"""Contents of the cache: encoded answers with the times from which their age follows."""

import gzip
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Literal

import zstandard
from msgspec import Struct

from guildhall.web.codings import Coding

Tier = Literal["memory", "redis", "database", "source"]

OVERHEAD = 1650
"""Bytes that an entry in memory costs beside its key and body, measured over 100,000 entries."""
_zstd = zstandard.ZstdCompressor(level=6)


class Kind(Struct, frozen=True):
    """A family of answers that live equally long.

    `ttl` is how long an answer is fresh after it was made. `stored_ttl` is how long rows of a pack's own
    tables count as fresh, where those are the durable tier. `stale_for` is how long after expiry a stale
    answer is served at once while a refresh runs behind it; older ones wait for the refresh first. Give a short one to
    a number that changes quickly. While the source is down an answer is served however old it is, with its age.
    `private` answers are one viewer's and never kept by shared caches.
    """

    name: str
    ttl: timedelta
    stored_ttl: timedelta | None = None
    stale_for: timedelta = timedelta(days=1)
    private: bool = False

    def key(self, *parts: object) -> str:
        """The cache key of one answer: `player_profile:123`."""
        return ":".join((self.name, *map(str, parts)))


class Fetched(Struct, frozen=True):
    """The result of a loader or of a pack's own table: encoded bytes, and the time of the source's answer.

    `status` 404 is a negative answer, which is kept for a short while; the body is then `null`. `ttl` overrides the
    kind's. A loader may ask the cache for other answers, and raises Unavailable while its source is down.
    """

    body: bytes
    as_of: datetime
    status: int = 200
    ttl: timedelta | None = None


class Entry:
    """One answer as it is kept in memory. Times are seconds since the epoch."""

    __slots__ = (
        "alive", "as_of", "body", "coded", "etag", "expires_at", "failures", "head", "key", "kind", "retry_at",
        "size", "stale_until", "status", "targets", "tier",
        "wire",
    )  # fmt: skip

    def __init__(
        self, kind: Kind, key: str, body: bytes, status: int, as_of: float, expires_at: float, tier: Tier
    ) -> None:
        self.kind = kind
        self.key = key
        self.body = body
        self.status = status
        self.as_of = as_of
        self.expires_at = expires_at
        # That there is no such thing is never served stale: it may have come into being.
        self.stale_until = expires_at + (kind.stale_for.total_seconds() if status == 200 else 0.0)
        self.etag = b'"' + blake2b(body, digest_size=12).hexdigest().encode() + b'"'
        self.tier = tier
        self.alive = False
        """Whether it is kept in memory."""
        self.failures = 0
        """Refreshes that have failed in a row."""
        self.retry_at = 0.0
        """Until then a failed refresh is not tried again."""
        self.targets: list[bytes] = []
        """Request targets that lead here, for the shortcut of the web layer."""
        self.coded: dict[str, bytes] | None = None
        self.head: list[tuple[bytes, bytes]] | None = None
        self.wire: dict[str, bytes] | None = None
        """The head's unchanging part as it goes on the wire, by coding."""
        self.size = len(body) + 2 * len(key) + OVERHEAD

    def encoded(self, coding: Coding) -> bytes:
        """The body in a content coding, compressed once."""
        if coding == "identity":
            return self.body
        if self.coded is None:
            self.coded = {}
        found = self.coded.get(coding)
        if found is None:
            found = _zstd.compress(self.body) if coding == "zstd" else gzip.compress(self.body, 6)
            self.coded[coding] = found
        return found


class Answer(Struct, frozen=True):
    """An entry as it is served now: from which tier, how fresh."""

    entry: Entry
    tier: Tier
    freshness: Literal["fresh", "stale", "stale-on-error"]

    @property
    def body(self) -> bytes:
        """The answer's JSON."""
        return self.entry.body

    @property
    def as_of(self) -> datetime:
        """The time of the source's answer."""
        return datetime.fromtimestamp(self.entry.as_of, UTC)


class StoredAnswer(Struct, frozen=True):
    """A row of `core.cached_data` as it is read."""

    data: bytes
    status: int
    as_of: datetime
    expires_at: datetime


class CacheCount(Struct, frozen=True):
    """The number of a kind's answers in the durable tier."""

    kind: str
    answers: int
    expired: int
    bytes: int
