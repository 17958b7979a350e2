"""Search terms as the index has them, and the places of the words in a text.

Han, kana, Hangul, Thai, Lao, Burmese and Khmer are written without spaces between words, or with particles that hang on
them. The index (realm.words_text) stores their runs as overlapping pairs of characters and the last character by
itself; a part of a word is then a phrase of pairs. Decision 50 has the measurements.
"""

import re
import unicodedata
from collections.abc import Sequence

UNSPACED = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0ece\u1000-\u103f\u1050-\u108f\u1100-\u11ff\u1780-\u17d3\u3005-\u3007"
    "\u3021-\u3029\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uf900-\ufaff\U00020000-\U0003ffff"
)
"""The inside of a regular expression's set; realm.words_text has the same."""
_RUN = re.compile(f"[{UNSPACED}]+")
_PARTS = re.compile(r'(-?)"([^"]*)"?|(\S+)')
_LETTERS = re.compile(".[\u0300-\u036f\u3099\u309a\uff9e\uff9f]*", re.DOTALL)
"""A character with the marks of sound that stand behind it."""
_PIECES = re.compile(f"([{UNSPACED}]+)|([^{UNSPACED}]+)")


def search_terms(wanted: str) -> str:
    """A search in the syntax of websearch_to_tsquery, with what is written without spaces as phrases of pairs."""
    wanted = normal(wanted)
    if _RUN.search(wanted) is None:
        return wanted
    return _PARTS.sub(_part, wanted)


def _part(found: re.Match[str]) -> str:
    text = found[2] if found[3] is None else found[3]
    if _RUN.search(text) is None:
        return found[0]
    minus = found[1] if found[3] is None else "-" if text.startswith("-") else ""
    return f'{minus}"{_pairs(text if found[3] is None else text.removeprefix("-"))}"'


def _pairs(text: str) -> str:
    """A phrase as the index has it; the last character of a run at its end is left out, for the word may go on."""
    words: list[str] = []
    pieces = [piece for piece in _PIECES.finditer(text) if piece[0].strip()]
    for number, piece in enumerate(pieces, 1):
        run = piece[1]
        if run is None:
            words.append(piece[2].strip())
            continue
        words.extend(run[at : at + 2] for at in range(len(run) - 1))
        if len(run) == 1 or number < len(pieces):
            words.append(run[-1])
    return " ".join(words)


def normal(text: str) -> str:
    """A text of a search by compatibility, as the index has it."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def unspaced_parts(wanted: str) -> list[str]:
    """Return the wanted parts of a search in scripts without spaces, without the excluded ones."""
    parts = []
    for found in _PARTS.finditer(normal(wanted)):
        text = found[2] if found[3] is None else found[3]
        if not (found[1] or text.startswith("-")):
            parts.extend(_RUN.findall(text))
    return parts


def places(text: str, parts: Sequence[str]) -> list[tuple[int, int]]:
    """Return the places of any of the parts in a text, as (start, end), in order and without overlap."""
    if not parts:
        return []
    plain: list[str] = []
    origin: list[int] = []
    for letters in _LETTERS.finditer(text):
        for one in normal(letters[0]).lower():
            plain.append(one)
            origin.append(letters.start())
    origin.append(len(text))
    line = "".join(plain)
    wanted = re.compile("|".join(re.escape(part.lower()) for part in sorted(parts, key=len, reverse=True)))
    return [(origin[found.start()], _end(origin, found.end())) for found in wanted.finditer(line)]


def _end(origin: list[int], at: int) -> int:
    """Return the end in the text of the character that ends before a place of its plain form."""
    last = origin[at - 1]
    return next(place for place in origin[at:] if place > last)
