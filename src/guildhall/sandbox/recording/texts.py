"""Texts compared as a person would: case, accents, and the encodings of addresses, HTML and JSON make no difference."""

import re
from functools import lru_cache
from html import unescape
from typing import NamedTuple
from unicodedata import combining, normalize

_PIECE = re.compile(
    r"(?P<percent>(?:%(?:25)*[0-9a-fA-F]{2})+)"
    r"|\\{1,4}u(?P<json>[0-9a-fA-F]{4})(?:\\{1,4}u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2}))?"
    r"|\\(?P<plain>[\"/'\\])"
    r"|(?P<html>&(?:amp;)*(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});)"
    r"|.",
    re.DOTALL,
)
_BYTE = re.compile(r"%(?:25)*([0-9a-fA-F]{2})")
_SPECIAL = re.compile(r"[%\\&]")
_BLANKS = str.maketrans("+_-", "   ")


class Compared(NamedTuple):
    """A text as it is compared, and where each letter of that begins and ends in the text itself."""

    letters: str
    begins: list[int]
    ends: list[int]


def comparable(text: str) -> str:
    """Return a text as it is compared."""
    return compared(text).letters


def compared(text: str) -> Compared:
    """Return a text as it is compared, with the places of its letters. Blanks, +, _ and - are the same."""
    if text.isascii() and not _SPECIAL.search(text):
        places = list(range(len(text)))
        return Compared(text.lower().translate(_BLANKS), places, [place + 1 for place in places])
    letters: list[str] = []
    begins: list[int] = []
    ends: list[int] = []
    for letter, begin, end in _pieces(text):
        simple = _simple(letter)
        if not simple and ends:
            ends[-1] = end
        for one in simple:
            letters.append(one)
            begins.append(begin)
            ends.append(end)
    return Compared("".join(letters), begins, ends)


@lru_cache(maxsize=4096)
def _simple(letter: str) -> str:
    """A letter as it is compared: none for an accent of its own, several for a ligature."""
    plain = [one for one in normalize("NFKD", letter.casefold()) if not combining(one)]
    return "".join(" " if one in "+_-" or one.isspace() else one for one in "".join(plain).casefold())


def _pieces(text: str) -> list[tuple[str, int, int]]:
    """The decoded letters of a text, with their places."""
    found: list[tuple[str, int, int]] = []
    for piece in _PIECE.finditer(text):
        begin, end = piece.span()
        if piece["percent"]:
            found += _from_percents(piece["percent"], begin)
        elif piece["json"]:
            units = bytes.fromhex(piece["json"] + (piece["low"] or ""))
            letters = units.decode("utf-16-be", "replace")
            found += [(letter, begin, end) for letter in letters]
        elif piece["plain"]:
            found.append((piece["plain"], begin, end))
        elif piece["html"]:
            found += [(letter, begin, end) for letter in unescape(piece["html"].replace("&amp;", "&"))]
        else:
            found.append((piece[0], begin, end))
    return found


def _from_percents(text: str, offset: int) -> list[tuple[str, int, int]]:
    codes = [(int(one[1], 16), offset + one.start(), offset + one.end()) for one in _BYTE.finditer(text)]
    found: list[tuple[str, int, int]] = []
    place = 0
    while place < len(codes):
        for length in range(1, 5):
            part = codes[place : place + length]
            try:
                letter = bytes(code for code, _, _ in part).decode()
            except UnicodeDecodeError:
                continue
            break
        else:
            part = codes[place : place + 1]
            letter = chr(part[0][0])
        found.append((letter, part[0][1], part[-1][2]))
        place += len(part)
    return found
