"""Encoded bodies, and the representations that ESI keeps until they expire."""

from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha1

from guildhall.sandbox.answers import encode

_KEPT = 50_000
_KEPT_BYTES = 128 * 1024 * 1024


class Refused(Exception):
    """An answer that is an error: its status, text and further members of the body."""

    def __init__(self, status: int, text: str, **further: object) -> None:
        super().__init__(text)
        self.status = status
        self.body = encode({"error": text, **further})


@dataclass(frozen=True, slots=True)
class Page:
    """The answer of a route: a JSON value, the status of a success, and when it changed if that is known.

    For a route with pages the value is the whole list.
    """

    value: object
    status: int = 200
    changed: float | None = None


@dataclass(frozen=True, slots=True)
class Representation:
    """The bodies of all pages of one moment; `modified` is when they last changed, unix seconds."""

    bodies: tuple[bytes, ...]
    modified: int
    expires: int

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(map(len, self.bodies))


def etag(body: bytes, weak: bool) -> str:
    """An entity tag of a body; the one who serves it decides whether it is weak."""
    tag = f'"{sha1(body, usedforsecurity=False).hexdigest()[:56]}"'
    return f"W/{tag}" if weak else tag


class Representations:
    """Representations by address, 128 MiB at most; the ones kept longest go first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Representation] = OrderedDict()
        self._bytes = 0

    def get(self, key: str) -> Representation | None:
        """The kept representation, fresh or not."""
        return self._kept.get(key)

    def keep(self, key: str, made: Representation) -> None:
        """Keep a representation instead of the former one."""
        former = self._kept.pop(key, None)
        self._bytes += made.size - (former.size if former is not None else 0)
        self._kept[key] = made
        while len(self._kept) > _KEPT or (self._bytes > _KEPT_BYTES and len(self._kept) > 1):
            self._bytes -= self._kept.popitem(last=False)[1].size

    def clear(self) -> None:
        """Make everything anew."""
        self._kept.clear()
        self._bytes = 0
