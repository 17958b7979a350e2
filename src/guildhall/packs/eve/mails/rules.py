"""The HTML of EVE mails: made harmless by an allow-list, and as plain text."""

import re
from html import escape
from html.parser import HTMLParser

LONGEST = 64_000
"""Characters of a body that are read; the game's own limit is far below."""
DEEPEST = 32
"""Elements inside each other that are kept; what is deeper keeps its text alone."""
_KEPT = frozenset({"a", "b", "i", "u", "strong", "em"})
"""Elements that need an end."""
_BREAKS = frozenset({"br", "p", "div", "li", "tr"})
"""Elements that are a new line."""
_SILENT = frozenset({"script", "style", "title", "iframe", "noscript", "template", "object", "textarea", "xmp"})
"""Elements without text."""
_HREF = re.compile(r"https?://[^\s\"'<>`\\\x00-\x20\x7f]{1,2000}|showinfo:\d{1,12}(?://\d{1,20})?")
"""Addresses of the web, and links to things of the game, which an app may open in its own way."""


class _Reader(HTMLParser):
    """Writes anew what is allowed; everything else leaves its text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.html: list[str] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self._silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        elif self._silent:
            return
        elif tag in _BREAKS:
            self._break()
        elif tag in _KEPT and len(self._open) < DEEPEST:
            if tag != "a":
                self._begin(tag, f"<{tag}>")
                return
            href = next((value for name, value in attrs if name == "href" and value is not None), "").strip()
            if "a" not in self._open and _HREF.fullmatch(href):
                self._begin(tag, f'<a href="{escape(href)}" rel="noopener noreferrer nofollow">')

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS and not self._silent:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag == self._silent[-1]:
                self._silent.pop()
        elif tag in self._open:  # what was opened after it ends with it
            while (last := self._open.pop()) != tag:
                self.html.append(f"</{last}>")
            self.html.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.html.append(escape(data))
            self.text.append(data)

    def finish(self) -> None:
        """End what is open."""
        self.close()
        while self._open:
            self.html.append(f"</{self._open.pop()}>")

    def _begin(self, tag: str, text: str) -> None:
        self._open.append(tag)
        self.html.append(text)

    def _break(self) -> None:
        self.html.append("<br>")
        self.text.append("\n")


def _read(body: str) -> _Reader:
    reader = _Reader()
    reader.feed(body[:LONGEST].replace("\x00", ""))
    reader.finish()
    return reader


def sanitised(body: str) -> str:
    """The body as HTML of br, a, b, i, u, strong and em alone, whatever it was; a's have an allowed href and rel."""
    return "".join(_read(body).html)


def plain_text(body: str) -> str:
    """The body's words; elements that break lines are line ends."""
    return "".join(_read(body).text).strip()
