"""The picture of a build, as PNG. Imported when the first one is drawn: the library takes a tenth of a second."""

import unicodedata
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from guildhall.packs.poe2.builds.cards.page import CARD_SIZE
from guildhall.packs.poe2.builds.cards.shown import Shown

_BACKGROUND, _BAND, _TITLE, _TEXT, _FAINT = "#14161c", "#c8973a", "#f5f1e6", "#d3cfc3", "#8d8a82"
_MARGIN = 64
_WIDTH = CARD_SIZE[0] - 2 * _MARGIN
_COLOURS = 32
_PLAIN = str.maketrans({"\u2013": "-", "\u2014": "-", "\u2019": "'"})
"""Letters that have a plain form which Unicode does not know."""


class Drawer:
    """Draws cards with one font: that of a file, or the library's own, which has the letters of English.

    Raises OSError for a file that is no font.
    """

    def __init__(self, font: str | None) -> None:
        self._file = font
        self._fonts: dict[int, ImageFont.FreeTypeFont] = {}
        self._missing = bytes(self._font(32).getmask("\uffff"))
        self._drawn: dict[str, bool] = {}

    def draw(self, card: Shown) -> bytes:
        """Draw a card."""
        image = Image.new("RGB", CARD_SIZE, _BACKGROUND)
        pen = ImageDraw.Draw(image)
        pen.rectangle((0, 0, 20, CARD_SIZE[1]), _BAND)
        y = self._title(pen, self._readable(card.title) or self._readable(card.who) or "A build")
        y = self._line(pen, y + 14, f"by {self._readable(card.author) or 'somebody'}", 34, _FAINT)
        self._line(pen, y + 26, self._readable(card.who), 40, _TEXT)
        x = _MARGIN
        for name, value in card.claims:
            pen.text((x, 408), value, _BAND, self._font(72))
            width = max(pen.textlength(value, self._font(72)), pen.textlength(name, self._font(30)))
            pen.text((x + 4, 492), name, _FAINT, self._font(30))
            x += int(width) + 90
        foot = " · ".join(part for part in (self._readable(card.place), *map(self._readable, card.tags)) if part)
        self._line(pen, 556, foot, 28, _FAINT)
        packed = BytesIO()
        image.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE).save(packed, "PNG", compress_level=6)
        return packed.getvalue()

    def _title(self, pen: ImageDraw.ImageDraw, text: str) -> int:
        """Draw the title, in two lines where it is long; return where it ends."""
        font = self._font(64)
        words, lines = text.split(" "), [""]
        for word in words:
            longer = f"{lines[-1]} {word}".strip()
            if pen.textlength(longer, font) <= _WIDTH or not lines[-1]:
                lines[-1] = longer
            elif len(lines) == 1:
                lines.append(word)
            else:
                lines[-1] = f"{lines[-1]}…"
                break
        y = 60
        for line in lines:
            y = self._line(pen, y, line, 64, _TITLE) + 8
        return y

    def _line(self, pen: ImageDraw.ImageDraw, y: int, text: str, size: int, colour: str) -> int:
        """Draw as much of a line as fits; return where it ends."""
        font = self._font(size)
        if pen.textlength(text, font) > _WIDTH:
            low, high = 0, len(text)
            while low < high:
                middle = (low + high + 1) // 2
                fits = pen.textlength(f"{text[:middle]}…", font) <= _WIDTH
                low, high = (middle, high) if fits else (low, middle - 1)
            text = f"{text[:low].rstrip()}…"
        pen.text((_MARGIN, y), text, colour, font)
        return y + int(size * 1.25)

    def _readable(self, text: str) -> str:
        """Return a text in letters that the font has: `é` becomes `e` where it has none, and others are left out."""
        found: list[str] = []
        for letter in text.translate(_PLAIN):
            if self._has(letter):
                found.append(letter)
            else:
                found.extend(one for one in unicodedata.normalize("NFKD", letter) if self._has(one))
        return " ".join("".join(found).split())

    def _has(self, letter: str) -> bool:
        if letter == " ":
            return True
        known = self._drawn.get(letter)
        if known is None:
            if len(self._drawn) > 4096:
                self._drawn.clear()
            known = self._drawn[letter] = bytes(self._font(32).getmask(letter)) not in (b"", self._missing)
        return known

    def _font(self, size: int) -> ImageFont.FreeTypeFont:
        font = self._fonts.get(size)
        if font is None:
            made = ImageFont.load_default(size) if self._file is None else ImageFont.truetype(self._file, size)
            assert isinstance(made, ImageFont.FreeTypeFont)
            font = self._fonts[size] = made
        return font
