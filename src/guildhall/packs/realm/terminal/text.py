"""Other people's text, made harmless for a terminal."""

import re
import unicodedata
import zlib

_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, the escape among them, but tab and line feed; halves of surrogate pairs."""
_TURNING = re.compile(r"[\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\U000e0000-\U000e0fff]")
"""Invisible characters that turn or hide the text around them. Joiners stay: emoji and scripts need them."""
_MARKS_MOST = 3
"""Marks that may stand on one letter: more would climb over the lines above."""

COLOURS = (
    "cyan", "green", "yellow", "magenta", "bright_blue", "bright_cyan", "bright_green", "bright_magenta",
    "bright_yellow", "dark_orange", "spring_green3", "medium_purple1",
)  # fmt: skip


def clean(text: str) -> str:
    """The text without anything that steers a terminal: tabs are spaces, what was a control character is `�`."""
    text = _TURNING.sub("", _STEERING.sub("\ufffd", text.replace("\r\n", "\n"))).replace("\t", "    ")
    if text.isascii():
        return text
    kept: list[str] = []
    marks = 0
    for character in text:
        marks = marks + 1 if unicodedata.combining(character) else 0
        if marks <= _MARKS_MOST:
            kept.append(character)
    return "".join(kept)


def one_line(text: str) -> str:
    """The same on one line."""
    return " ⏎ ".join(part for part in clean(text).split("\n"))


def colour_of(name: str) -> str:
    """A colour that is the same for a name every time."""
    return COLOURS[zlib.crc32(name.casefold().encode("utf-8", "replace")) % len(COLOURS)]
