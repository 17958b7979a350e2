"""XML as builds have it: read within bounds and without declarations of types, written with everything escaped."""

import re
from collections.abc import Iterable, Mapping
from xml.etree.ElementTree import Element as Parsed
from xml.etree.ElementTree import ParseError, XMLParser

from guildhall.packs.poe2.codes.errors import BadBuild, NotACode, UnwritableText
from guildhall.packs.poe2.codes.rules.build import Element

MOST_ELEMENTS = 100_000
DEEPEST = 32
"""Elements inside each other that are read; a real build has at most six."""

_DECLARED = re.compile(r"<!(?!--|\[CDATA\[)")
_UNFIT = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_IN_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_NAME = re.compile(r"[A-Za-z_][\w.-]*\Z")


def parse(xml: str) -> Parsed:
    """The root of an XML text. Raises NotACode when it is none, or has a declaration; BadBuild when it is too deep."""
    if _DECLARED.search(xml):
        raise NotACode(why="it declares types or entities")
    if xml.count("<") > 2 * MOST_ELEMENTS:
        raise BadBuild(why=f"it has more than {MOST_ELEMENTS} elements")
    parser = XMLParser()  # noqa: S314 (declarations, and with them entities, are refused above)
    try:
        parser.feed(xml)
        root = parser.close()
    except ParseError as error:
        raise NotACode(why=f"what it packs is no XML: {error}") from error
    assert isinstance(root, Parsed)
    _bound(root)
    return root


def _bound(root: Parsed) -> None:
    level: list[Parsed] = [root]
    for _ in range(DEEPEST):
        level = [child for one in level if len(one) for child in one]
        if not level:
            return
    raise BadBuild(why=f"more than {DEEPEST} elements are inside each other")


def kept(parsed: Parsed) -> Element:
    """An element that is not understood, as it came; white space around its text is no part of it."""
    if not len(parsed):
        return Element(parsed.tag, dict(sorted(parsed.attrib.items())), (parsed.text or "").strip())
    return Element(
        parsed.tag,
        dict(sorted(parsed.attrib.items())),
        (parsed.text or "").strip() + "".join((child.tail or "").strip() for child in parsed),
        [kept(child) for child in parsed],
    )


class Writer:
    """Writes one document. Text that XML cannot hold is refused: UnwritableText; what could not be read: BadBuild."""

    def __init__(self) -> None:
        self._depth = 0
        self._parts = ['<?xml version="1.0" encoding="UTF-8"?>\n']

    def begin(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        """Open an element; an attribute without a value is left out. Raises BadBuild, UnwritableText."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadBuild(why=f"more than {DEEPEST} elements are inside each other")
        self._parts.append(f"<{_checked_name(tag)}")
        for name, value in attributes.items():
            if value is not None:
                self._parts.append(f' {_checked_name(name)}="{_checked(name, value).translate(_IN_ATTRIBUTE)}"')
        self._parts.append(">")

    def end(self, tag: str) -> None:
        """Close the element that was opened last."""
        self._depth -= 1
        self._parts.append(f"</{tag}>\n")

    def text(self, where: str, text: str) -> None:
        """Write text into the open element."""
        self._parts.append(_checked(where, text).translate(_IN_TEXT))

    def leaf(self, tag: str, attributes: Mapping[str, str | None], text: str = "") -> None:
        """Write an element without children."""
        self.begin(tag, attributes)
        self.text(tag, text)
        self.end(tag)

    def elements(self, elements: Iterable[Element]) -> None:
        """Write elements that were kept."""
        for one in elements:
            self.begin(one.tag, one.attributes)
            self.text(one.tag, one.text)
            self.elements(one.children)
            self.end(one.tag)

    def document(self) -> str:
        """The whole text."""
        return "".join(self._parts)


def _checked(where: str, text: str) -> str:
    if _UNFIT.search(text):
        raise UnwritableText(where=where)
    return text


def _checked_name(name: str) -> str:
    if not _NAME.match(name):
        raise UnwritableText(where=f"the name {name[:50]!a}")
    return name
