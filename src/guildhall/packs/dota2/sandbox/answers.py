"""Encoded answers, kept until their data change."""

from base64 import b64encode
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha1

from guildhall.sandbox.answers import encode

_KEPT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a JSON body with express' weak ETag."""

    status: int
    body: bytes
    etag: str


def answer(body: bytes, status: int = 200) -> Answer:
    """An answer with a body that is encoded already."""
    # The npm package etag: length in hex, 27 characters of the base64 SHA-1, which is no secret here.
    digest = b64encode(sha1(body, usedforsecurity=False).digest()).decode()[:27]
    return Answer(status, body, f'W/"{len(body):x}-{digest}"')


def error(status: int, text: str) -> Answer:
    """OpenDota's error body: {"error": text}."""
    return answer(encode({"error": text}), status)


NOT_FOUND = error(404, "Not Found")


class AnswerCache:
    """Answers by key with the version of their data, 64 MiB at most; the least used go first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[int, Answer]] = OrderedDict()
        self._bytes = 0

    def get(self, key: str, version: int, make: Callable[[], object]) -> Answer:
        """The kept answer of this version, or what `make` returns, encoded and kept."""
        kept = self._kept.get(key)
        if kept is not None:
            if kept[0] == version:
                self._kept.move_to_end(key)
                return kept[1]
            self._drop(key)
        made = answer(encode(make()))
        self._kept[key] = (version, made)
        self._bytes += len(made.body)
        while self._bytes > _KEPT_BYTES and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))
        return made

    def _drop(self, key: str) -> None:
        _, dropped = self._kept.pop(key)
        self._bytes -= len(dropped.body)
