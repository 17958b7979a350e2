"""Keyset pages: an opaque, versioned cursor that says after which row the next page begins."""

import base64
import binascii
from collections.abc import Callable
from typing import Generic, TypeVar

import msgspec
from msgspec import Struct

from guildhall.errors import BadRequest

Item = TypeVar("Item")
Key = TypeVar("Key")

_LONGEST = 1024
"""Characters; a cursor holds a few numbers, dates and short texts: anything longer was not made here."""


class Page(Struct, Generic[Item], frozen=True):
    """A page of a list. `next` is the cursor to pass as `after`, or null on the last page."""

    items: list[Item]
    next: str | None = None


class BadCursor(BadRequest):
    says = "Bad cursor: this list did not make the cursor 'after'; start without it."


class Cursor(Generic[Key]):
    """The codec of one list's cursors.

    `name` and `version` are inside the text, so that a cursor of another list, or of an older order of
    this one, is refused instead of misread. `key` is the type of the row's sort key: a text, number, date, aware
    datetime (to the microsecond), UUID, or a tuple or struct of these.
    """

    def __init__(self, name: str, version: int, key: type[Key]) -> None:
        self._prefix = f"{name}.{version}:".encode()
        self._decoder: msgspec.json.Decoder[Key] = msgspec.json.Decoder(key)

    def encode(self, key: Key) -> str:
        """The text that stands for a position. Raises ValueError for a key that is too long for a cursor."""
        text = base64.urlsafe_b64encode(self._prefix + msgspec.json.encode(key)).rstrip(b"=").decode()
        if len(text) > _LONGEST:
            raise ValueError(f"the cursor would have {len(text)} characters, more than {_LONGEST}")
        return text

    def decode(self, text: str) -> Key:
        """The position that a text stands for. Raises BadCursor."""
        if len(text) > _LONGEST or not text.isascii():
            raise BadCursor
        try:
            raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
            if not raw.startswith(self._prefix):
                raise BadCursor
            key = self._decoder.decode(raw[len(self._prefix) :])
        except (binascii.Error, msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise BadCursor from error
        if self.encode(key) != text:
            raise BadCursor  # one position has one text: no padding, no other spelling
        return key

    def decode_or_none(self, text: str | None) -> Key | None:
        """`decode`, or None for the first page."""
        return None if text is None else self.decode(text)

    def page(self, rows: list[Item], limit: int, key_of: Callable[[Item], Key]) -> Page[Item]:
        """The page made from up to `limit + 1` rows: the extra row only tells that there is a next page."""
        items = rows[:limit]
        return Page(items, self.encode(key_of(items[-1])) if len(rows) > limit else None)
