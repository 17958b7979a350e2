"""The spelling of a code: text to packed bytes to XML, and back.

A code is base64 with `-` and `_` of a zlib stream of UTF-8 XML. People paste it with line breaks, without its padding,
with `+` and `/`, or as the address of a site that keeps builds.
"""

import base64
import re
import zlib
from urllib.parse import urlsplit

from guildhall.packs.poe2.codes.errors import (
    BadCharacter,
    BuildTooLarge,
    CodeTooLong,
    CutOff,
    DamagedCode,
    EmptyCode,
    ItemFilterAddress,
    NotACode,
    PassiveTreeAddress,
    SharedAddress,
    UnknownAddress,
)

SITES = {
    "maxroll.gg": "/poe2/pob/",
    "pobb.in": "/",
    "poe.ninja": "/poe2/pob/",
    "poe2db.tw": "/pob/",
    "pastebin.com": "/",
    "rentry.co": "/",
}
"""Hosts that keep builds, and how the paths of builds begin there."""
_SCHEMES = {"Maxroll": "maxroll.gg", "PoBBin": "pobb.in", "poeninja": "poe.ninja", "poe2db": "poe2db.tw"}
"""Names of sites in addresses of Path of Building's own scheme, `pob2://name/id`."""

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
_ADDRESS = re.compile(rf"(?:[a-z][a-z0-9+.-]{{1,20}}://|www\.|(?:{'|'.join(map(re.escape, SITES))})/)", re.IGNORECASE)
_STEP = 1 << 16
_SURE = 8 * _STEP
"""Bytes of a build from which on it is foretold how many there will be."""


def packed_of(text: str, most: int) -> bytes:
    """Return the bytes that a code spells, of at most so many characters.

    Raises EmptyCode, CodeTooLong, BadCharacter, CutOff, NotACode; for an address ItemFilterAddress, PassiveTreeAddress,
    SharedAddress, UnknownAddress.
    """
    if len(text) > most:
        raise CodeTooLong(limit=most)
    code = "".join(text.split())
    if not code:
        raise EmptyCode
    if _ADDRESS.match(code):
        raise _refused_address(code)
    plain = code.rstrip("=")
    # Both tests in one pass each, at a tenth of a regular expression's time: the text may be as long as it may be.
    if len(code) - len(plain) > 2 or not plain.isascii() or plain.encode().translate(None, _LETTERS):
        raise _bad_character(text)
    if len(plain) < 8:
        raise NotACode(why="it is too short")
    if len(plain) % 4 == 1:
        raise CutOff(length=len(code))
    return base64.b64decode(plain.translate(_TO_STANDARD) + "=" * (-len(plain) % 4))


def xml_of(packed: bytes, most: int) -> str:
    """Inflate the bytes of a code to XML of at most so many bytes.

    Raises CutOff, DamagedCode, NotACode, BuildTooLarge.
    """
    try:
        return _unpacked(packed, most).decode()
    except UnicodeDecodeError as error:
        raise NotACode(why="what it packs is no UTF-8") from error


def pack(xml: str) -> bytes:
    """Deflate an XML as Path of Building does."""
    return zlib.compress(xml.encode(), 9)


def code_of(packed: bytes) -> str:
    """Return the code that spells bytes, as Path of Building writes it: with its padding."""
    return base64.urlsafe_b64encode(packed).decode()


def write_code(xml: str) -> str:
    """Return the code of an XML."""
    return code_of(pack(xml))


_TO_STANDARD = str.maketrans("-_", "+/")


def _bad_character(text: str) -> BadCharacter:
    """The first character of a text that no code has; an `=` before the end is one."""
    end = len(text.rstrip().rstrip("="))
    for position, character in enumerate(text, 1):
        foreign = not character.isascii() or character.encode() not in _LETTERS
        if foreign and not character.isspace() and not (character == "=" and position > end):
            return BadCharacter(
                position=position, character=repr(character) if character.isprintable() else f"U+{ord(character):04X}"
            )
    return BadCharacter(position=end + 3, character="'='")


def _unpacked(packed: bytes, most: int) -> bytes:
    """Inflate a zlib stream up to a size. Raises CutOff, DamagedCode, NotACode, BuildTooLarge."""
    if packed[0] & 0x0F != 8 or (packed[0] << 8 | packed[1]) % 31 or packed[1] & 0x20:
        raise NotACode(why="it is no packed text")
    stream = zlib.decompressobj()
    parts: list[bytes] = []
    size, rest = 0, packed
    try:
        while rest and not stream.eof:
            part = stream.decompress(rest, _STEP)
            size += len(part)
            if size > most or (size >= _SURE and _is_bomb(size, len(packed), len(stream.unconsumed_tail), most)):
                raise BuildTooLarge(limit=most)
            parts.append(part)
            rest = stream.unconsumed_tail
            if not part and not rest:
                break
    except zlib.error as error:
        raise DamagedCode from error
    if not stream.eof:
        raise CutOff(length=-(-len(packed) * 4 // 3))  # characters, without padding
    if stream.unused_data:
        raise NotACode(why="more follows after the end of the build")
    return b"".join(parts)


def _is_bomb(size: int, packed: int, left: int, most: int) -> bool:
    """Return whether a stream packs more than any build, by the part that is unpacked: the rest need not be.

    Builds pack their tenfold, a bomb its thousandfold throughout.
    """
    read = packed - left
    return size > 200 * read and size * packed // read > most


def _refused_address(
    code: str,
) -> ItemFilterAddress | PassiveTreeAddress | SharedAddress | UnknownAddress | NotACode:
    """Return why an address is refused: no address is ever fetched."""
    try:
        parts = urlsplit(code if "://" in code else f"https://{code}")
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:
        return NotACode(why="it is a broken address")
    if parts.scheme.lower() in ("pob", "pob2"):
        named = {name.lower(): site for name, site in _SCHEMES.items()}.get(host)
        return UnknownAddress(host=host[:100]) if named is None else SharedAddress(site=named)
    if host == "pathofexile.com" and parts.path.startswith("/item-filter"):
        return ItemFilterAddress()
    if host == "pathofexile.com" and "passive-skill-tree" in parts.path:
        return PassiveTreeAddress()
    if host in SITES and parts.path.startswith(SITES[host]):
        return SharedAddress(site=host)
    return UnknownAddress(host=host[:100])
