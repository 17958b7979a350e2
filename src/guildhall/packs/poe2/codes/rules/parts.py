"""An element taken apart: what is understood of it, and the rest."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar
from xml.etree.ElementTree import Element as Parsed

from guildhall.packs.poe2.codes.errors import BadBuild
from guildhall.packs.poe2.codes.rules.build import Element, Value
from guildhall.packs.poe2.codes.rules.markup import kept

Made = TypeVar("Made")

NOTHING = frozenset({"None", "nil", ""})
_FLAGS = {"true": True, "false": False, "nil": None}
INTEGER = re.compile(r"-?(?:0|[1-9]\d{0,14})\Z")
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,3})?\Z")


class Rest:
    """The attributes of an element that nothing has taken, and the children that are not understood."""

    __slots__ = ("_left", "more")

    def __init__(self, element: Parsed) -> None:
        self._left = element.attrib
        self.more: list[Element] = []

    def take(self, name: str, default: str = "") -> str:
        """Take an attribute's text."""
        return self._left.pop(name, default)

    def number(self, name: str) -> int | None:
        """Take a whole number. Raises BadBuild."""
        text = self._left.pop(name, "nil")
        if text in NOTHING:
            return None
        if not INTEGER.match(text):
            raise BadBuild(why=f"{name} is {text[:50]!a}, which is no number")
        return int(text)

    def value(self, name: str) -> Value | None:
        """Take a number, or a text that is none."""
        return optional_value(self._left.pop(name, None))

    def flag(self, name: str) -> bool | None:
        """Take true or false; what is neither is left."""
        text = self._left.get(name)
        if text is None:
            return None
        if text in _FLAGS:
            del self._left[name]
        return _FLAGS.get(text)

    def wrap(self, tag: str, children: list[Element]) -> None:
        """Keep children that are not understood, inside an element like the one that they are from."""
        if children:
            self.more.append(Element(tag, children=children))

    def other(self) -> dict[str, str]:
        """Return the attributes that are left, in the order of names."""
        left = self._left
        return dict(sorted(left.items())) if left else {}  # a new one, which is as small as what it holds


def value_of(text: str) -> Value:
    """A number as it is written, or the text: `inf`, `nan`, and what has more digits than a number can hold."""
    return _short_value(text) if len(text) <= _SHORT else _value(text)


def optional_value(text: str | None) -> Value | None:
    """The same of an attribute that may be missing, or say that there is nothing."""
    return _short_optional(text) if text is None or len(text) <= _SHORT else _value(text)


def _optional(text: str | None) -> Value | None:
    return None if text is None or text in NOTHING else _value(text)


def _value(text: str) -> Value:
    if INTEGER.match(text):
        return int(text)
    if _DECIMAL.match(text):
        number = float(text)
        if number - number == 0.0:  # neither infinite nor no number
            return number
    return text


# Most values are levels and qualities, a few hundred different ones.
_SHORT = 6
_short_value = lru_cache(maxsize=4096)(_value)
_short_optional = lru_cache(maxsize=4096)(_optional)


def each(element: Parsed, rest: Rest, tag: str, make: Callable[[Parsed], Made]) -> list[Made]:
    """Make something of each child of a tag; the others are kept."""
    made = []
    for child in element:
        if child.tag == tag:
            made.append(make(child))
        else:
            rest.more.append(kept(child))
    return made
