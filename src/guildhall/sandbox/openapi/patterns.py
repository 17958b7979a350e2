"""Texts that match a regular expression of the usual kind: letters, classes, groups, alternatives, repetitions."""

import re
import warnings
from collections.abc import Callable

_MORE = 3
"""Repetitions beyond the least where a pattern sets no bound."""
_MOST = 200
_CLASSES = {
    "d": "0123456789",
    "w": "abcdefghijklmnopqrstuvwxyz0123456789",
    "s": " ",
    "D": "abc",
    "W": "-",
    "S": "abc",
}
_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
_NAMED = re.compile(r"\(\?<(?=[A-Za-z_])")
"""A named group as JavaScript writes it."""
_COUNT = re.compile(r"\{(\d{1,4})(,?)(\d{0,4})\}")

Below = Callable[[int], int]
"""Draws a number below a bound."""


class _Unknown(Exception):
    """A part of a pattern that is not understood."""


def matching(pattern: str, below: Below) -> str | None:
    """Return a text that a pattern matches; None for a pattern that is not understood, as with look-aheads."""
    pattern = _NAMED.sub("(?P<", pattern)
    with warnings.catch_warnings():
        # Python asks whether "[[" shall mean a set one day. In a schema it does not.
        warnings.simplefilter("ignore", FutureWarning)
        try:
            text, rest = _alternatives(pattern, below)
            return text if not rest and re.search(pattern, text) else None
        except (_Unknown, re.error, RecursionError):
            return None


def _alternatives(pattern: str, below: Below) -> tuple[str, str]:
    """One of the alternatives up to the end of the group, and the rest of the pattern."""
    found, rest = [], f"|{pattern}"
    while rest.startswith("|"):
        one, rest = _sequence(rest[1:], below)
        found.append(one)
    return found[below(len(found))], rest


def _sequence(pattern: str, below: Below) -> tuple[str, str]:
    made: list[str] = []
    while pattern and pattern[0] not in "|)":
        if pattern[0] in "^$":
            pattern = pattern[1:]
            continue
        rest = _after_part(pattern)
        part, counted = pattern[: len(pattern) - len(rest)], rest
        least, most, rest = _count(counted)
        if most > _MOST:
            raise _Unknown
        made += [_part(part, below) for _ in range(least + below(most - least + 1))]
        pattern = rest
    return "".join(made), pattern


def _after_part(pattern: str) -> str:
    """The pattern behind its first letter, class or group."""
    if pattern[0] == "\\":
        return pattern[2:]
    if pattern[0] == "[":
        end = re.match(r"\[\^?\]?(?:[^\]\\]|\\.)*\]", pattern)
        if end is None:
            raise _Unknown
        return pattern[end.end() :]
    if pattern[0] != "(":
        return pattern[1:]
    depth, place = 0, 0
    while place < len(pattern):
        letter = pattern[place]
        if letter in "\\[":
            place = len(pattern) - len(_after_part(pattern[place:]))
            continue
        depth += (letter == "(") - (letter == ")")
        place += 1
        if depth == 0:
            return pattern[place:]
    raise _Unknown


def _count(rest: str) -> tuple[int, int, str]:
    """The least and most repetitions that follow a part, and the rest of the pattern."""
    found = _COUNT.match(rest)
    if found is not None:
        least = int(found[1])
        most = int(found[3]) if found[3] else least + _MORE if found[2] else least
        rest = rest[found.end() :]
    elif rest[:1] in ("*", "+", "?"):
        least = 1 if rest[0] == "+" else 0
        most = 1 if rest[0] == "?" else least + _MORE
        rest = rest[1:]
    else:
        return 1, 1, rest
    if most < least:
        raise _Unknown
    return least, most, rest.removeprefix("?")


def _part(part: str, below: Below) -> str:
    if part[0] == "(":
        inner = part[1:-1]
        if inner.startswith("?"):
            named = re.match(r"\?(?::|P?<[A-Za-z_]\w*>)", inner)
            if named is None:
                raise _Unknown
            inner = inner[named.end() :]
        text, rest = _alternatives(inner, below)
        if rest:
            raise _Unknown
        return text
    choices = _letters(part)
    return choices[below(len(choices))]


def _letters(part: str) -> str:
    """The letters that a part stands for."""
    if part == ".":
        return _PLAIN
    if part[0] == "\\":
        if len(part) < 2 or (part[1].isalnum() and part[1] not in _CLASSES):
            raise _Unknown
        return _CLASSES.get(part[1], part[1])
    if part[0] != "[":
        if part in "*+?{":
            raise _Unknown
        return part
    # What a class takes is for the expression itself to say; these are the letters to choose from.
    accepts = re.compile(part).fullmatch
    found = "".join(letter for letter in map(chr, range(32, 127)) if accepts(letter))
    plain = "".join(letter for letter in found if letter in _PLAIN)
    if not found:
        raise _Unknown
    return plain or found
