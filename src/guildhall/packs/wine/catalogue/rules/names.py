"""Names as they are compared and as they stand in addresses. `wine.name_key` of the database does the same."""

import hashlib
import re
import unicodedata

_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i", "ς": "σ"}
)
_MARKS = re.compile("[\u0300-\u036f]+")
_BLANKS = re.compile(r"[ \t\n\r\f\v\u00a0]+")
_SLUG_LONGEST = 90


def name_key(name: str) -> str:
    """Return what names have in common that are the same: without accents, case, and further blanks."""
    plain = _MARKS.sub("", unicodedata.normalize("NFKD", name)).lower()
    return _BLANKS.sub(" ", _MARKS.sub("", unicodedata.normalize("NFKD", plain)).translate(_LETTERS)).strip(" ")


def slug_of(*parts: str) -> str:
    """Return the address of a thing with these names.

    Names of other scripts, and long ones, differ in letters that the address does not have: a hash stands for them.
    """
    key = name_key(" ".join(parts))
    slug = re.sub(r"[^a-z0-9]+", "-", key).strip("-")
    if len(slug) > _SLUG_LONGEST or any(letter.isalpha() and not letter.isascii() for letter in key) or not slug:
        slug = f"{slug[:_SLUG_LONGEST]}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"
    return slug.strip("-")
