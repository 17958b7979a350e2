"""Texts: what is refused in one, how a line is stored, and when two texts are the same.

Every door uses these: bodies, queries, rows of a game server, imports, the command line, live operations.
"""

import re
import unicodedata

from guildhall.errors import BadRequest

IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Default-ignorable code points (Unicode, DerivedCoreProperties), as the inside of a regular expression's set."""
WITHOUT_NUL = r"^[^\x00]*$"
"""The pattern of texts that PostgreSQL takes, for a schema: for texts that an action cleans."""
LINE = r"^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$"
"""A line of text that is not blank, as a pattern of a schema."""
TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
"""Text of several lines without control characters, as a pattern of a schema."""
LANGUAGE = r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$(?!\n)"
"""A language tag, as a pattern of a schema: `$` alone lets Python take a line's end, and `\\Z` is Python's alone."""

_IGNORED = re.compile(f"[{IGNORABLE}]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NOT_IN_A_LINE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e001f\U000e0080-\U000e00ff]+"
)
"""Ignorable, and of no use in a name: all but joiners, variation selectors and the tags of flags, which emoji and some
scripts need."""
_BLANK = "\u2800"
"""The blank pattern of braille: drawn as nothing, though it is a symbol."""


class BadText(BadRequest, ValueError):
    says = "Text refused: it has characters that are not allowed, or a length that is not."


def clean_line(text: str, least: int, most: int) -> str:
    """A name or another short line as it is stored: NFC, single blanks, without what nobody sees.

    Raises BadText for control characters and halves of surrogate pairs, for a line of which nothing is seen, and for
    one that does not have `least` to `most` characters.
    """
    if found := _CONTROL.search(text):
        raise BadText(detail=f"The character U+{ord(found[0]):04X} is not allowed here.")
    if not text.isascii():
        text = unicodedata.normalize("NFC", _NOT_IN_A_LINE.sub("", text))
    line = " ".join(text.split())
    if not is_seen(line):
        raise BadText(detail="Nothing in this text is visible.")
    if not least <= len(line) <= most:
        raise BadText(detail=f"This takes {least} to {most} characters; the text has {len(line)}.")
    return line


def shortened_line(text: str, most: int) -> str:
    """`clean_line` for a text that nobody here can correct, such as a name from a sign-in provider: what is refused
    is left out and the rest is cut. Empty when nothing is left."""
    line = " ".join(unicodedata.normalize("NFC", _NOT_IN_A_LINE.sub("", _CONTROL.sub(" ", text))).split())[
        :most
    ].strip()
    return line if is_seen(line) else ""


def is_seen(text: str) -> bool:
    """Return whether any character of a text is drawn."""
    return any(not letter.isspace() and letter != _BLANK for letter in _IGNORED.sub("", text))


def folded(text: str) -> str:
    """A text as it is compared: Unicode's compatibility caseless match (definition D146 of the core specification),
    without ignorable code points."""
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFD", _IGNORED.sub("", text)).casefold()
    return unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
