"""Bodies kept with their validators, so that asking for them again costs a 304."""

from collections import OrderedDict

from msgspec import Struct

_LIMIT = 8_000_000
_LARGEST = 256_000


class Validated(Struct, frozen=True):
    """A body and the ETag under which it was given."""

    route: str
    etag: str
    body: bytes


class Validators:
    """Bodies by URL, bounded in bytes, least recently used out first."""

    def __init__(self, limit: int = _LIMIT, largest: int = _LARGEST) -> None:
        self._limit = limit
        self._largest = largest
        self._known: OrderedDict[str, Validated] = OrderedDict()
        self.size = 0

    def get(self, url: str) -> Validated | None:
        """Return the validated answer of a URL, if one is known."""
        found = self._known.get(url)
        if found is not None:
            self._known.move_to_end(url)
        return found

    def remember(self, url: str, route: str, etag: str | None, body: bytes) -> None:
        """Keep a body in place of the one before; one without a validator is not kept."""
        self._forget(url)
        if etag is None or len(body) > self._largest:
            return
        self._known[url] = Validated(route, etag, body)
        self.size += len(body)
        while self.size > self._limit:
            self._forget(next(iter(self._known)))

    def forget_route(self, route: str) -> None:
        """A body of this route was a lie: a 304 must not bring it back."""
        for url in [url for url, known in self._known.items() if known.route == route]:
            self._forget(url)

    def _forget(self, url: str) -> None:
        if (gone := self._known.pop(url, None)) is not None:
            self.size -= len(gone.body)
