"""The paths of a game API's routes, with places for parameters, and the texts of parameters in addresses."""

import re
from collections.abc import Iterable, Sequence
from enum import Enum
from urllib.parse import quote

_PLACE = re.compile(r"\{([A-Za-z_]\w*)\}")
_LITERAL = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*")
_NO_SEGMENTS = frozenset({"", ".", ".."})
"""Values that are no segment of a path: they would lead to another route."""


class BadRoute(TypeError):
    """A route's template, signature and options do not fit; raised where the route is declared."""


class Template:
    """A path such as `/api/user/{username}`. Raises BadRoute for one that cannot be filled in."""

    def __init__(self, text: str) -> None:
        self.text = text
        parts = _PLACE.split(text)
        self.names: tuple[str, ...] = tuple(parts[1::2])
        if not text.startswith("/"):
            raise BadRoute(f"the path {text!r} does not begin with a slash")
        if "?" in text or "#" in text:
            raise BadRoute(f"the path {text!r} has a query: a parameter that no place names is a query parameter")
        if any(_LITERAL.fullmatch(part) is None for part in parts[::2]):
            raise BadRoute(f"the path {text!r} is not made of encoded text and places such as {{name}}")
        if len(set(self.names)) < len(self.names):
            raise BadRoute(f"the path {text!r} names a place twice")
        if "" in parts[2:-1:2]:
            raise BadRoute(f"the path {text!r} has two places with nothing between them")
        self._literals = parts[::2]

    def fill(self, values: Sequence[object]) -> str | None:
        """Return the path with the values, in the order of the places; None if one of them is no segment of a path."""
        filled = [self._literals[0]]
        try:
            for value, literal in zip(values, self._literals[1:], strict=True):
                if (text := text_of(value)) in _NO_SEGMENTS:
                    return None
                filled += (quote(text, safe=""), literal)
        except UnicodeEncodeError:  # half of a surrogate pair, which no address can have
            return None
        return "".join(filled)


def query_of(pairs: Iterable[tuple[str, object]]) -> str:
    """Return the encoded query: a None is left out, a list becomes a key for each of its values."""
    return "&".join(
        f"{quote(name, safe='')}={quote(text_of(one), safe='', errors='replace')}"
        for name, value in pairs
        if value is not None
        for one in (value if isinstance(value, list | tuple) else (value,))
    )


def key_part(value: object) -> str:
    """Return a parameter as a part of a cache key. Different values have different parts."""
    if type(value) is int or (type(value) is str and value.isalnum() and value.isascii()):
        return str(value)  # most of them
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "[" + "".join(f"{key_part(one)}," for one in value) + "]"
    return quote(text_of(value), safe="", errors="backslashreplace") or "%"


def text_of(value: object) -> str:
    """Return the text of a parameter: `true` and `false` for a bool, a member's value for one of an enumeration."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value.value if isinstance(value, Enum) else value)
