"""The one rule for the texts of channels, direct messages and edits."""

import re
import unicodedata

from guildhall.packs.realm.access.errors.content import ContentRefused
from guildhall.text import IGNORABLE

LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029]")
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but tab and line feed, which would steer a terminal, and halves of surrogate pairs."""
_UNSEEN = re.compile(rf"[\s\u2800\ufff9-\ufffb\ufffe\uffff{IGNORABLE}]+")
"""White space and Unicode's default-ignorable characters, with the blank of braille: all invisible."""
_DIRECTIONS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
_EMBEDDINGS = "\u202a\u202b\u202d\u202e"
_ISOLATES = "\u2066\u2067\u2068"
_POP_EMBEDDING = "\u202c"
_POP_ISOLATE = "\u2069"


def clean_content(text: str, most: int) -> str:
    """The text as it is stored: line ends as line feeds, NFC, no white space around, directions closed.

    NFC makes one text of its spellings, so that a search and a word filter find it. Marks of direction that are
    still open at the end are closed there (Unicode standard annex 9), so that they turn nothing that stands behind
    the message. Zero-width characters inside stay: emoji and many scripts need them.
    Raises ContentRefused for NUL and other control characters, for a text of which nothing is seen, and for one of
    more than `most` characters.
    """
    if len(text) > 4 * most:  # nothing that is done below makes it that much shorter for an honest text
        raise ContentRefused(detail=f"A message may have {most} characters.")
    if text.isascii():
        if not text.isprintable():
            if "\r" in text:
                text = LINE_ENDS.sub("\n", text)
            _require_printable(text)
        text = text.strip()
        if not text:
            raise ContentRefused(detail="Nothing in this text is visible.")
    else:
        text = LINE_ENDS.sub("\n", text)
        _require_printable(text)
        text = unicodedata.normalize("NFC", text).strip()
        if not _UNSEEN.sub("", text):
            raise ContentRefused(detail="Nothing in this text is visible.")
        text = _closed(text)
    if len(text) > most:
        raise ContentRefused(detail=f"A message may have {most} characters; this one has {len(text)}.")
    return text


def _require_printable(text: str) -> None:
    """Raises ContentRefused."""
    if found := CONTROLS.search(text):
        raise ContentRefused(detail=f"The character U+{ord(found[0]):04X} is not allowed in a text.")


def _closed(text: str) -> str:
    """The text with what closes the embeddings and isolates that its last paragraph leaves open."""
    last = text.rpartition("\n")[2]
    if _DIRECTIONS.search(last) is None:
        return text
    still_open: list[str] = []
    for mark in _DIRECTIONS.findall(last):
        if mark in _EMBEDDINGS:
            still_open.append(_POP_EMBEDDING)
        elif mark in _ISOLATES:
            still_open.append(_POP_ISOLATE)
        elif mark == _POP_ISOLATE and _POP_ISOLATE in still_open:
            # closes the embeddings inside it too
            while still_open.pop() != _POP_ISOLATE:
                pass
        elif mark == _POP_EMBEDDING and still_open and still_open[-1] == _POP_EMBEDDING:
            still_open.pop()
    return text + "".join(reversed(still_open))
