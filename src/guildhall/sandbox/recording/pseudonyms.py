"""Replacements of personal values that look like them and tell nothing of them."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import product

from guildhall.sandbox.recording.keys import Kind

_UUID = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_HEX = re.compile(r"[0-9a-fA-F]{16,}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_PHONE = re.compile(r"\+[\d ()/-]{6,}")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_STEMS = ("Player", "Someone", "Guest", "Person", "Q", "Zz", "Xk", "Vw", "")
_DOMAINS = ("example.com", "example.org", "test.invalid", "zz.invalid")
_LONG_TEXT = 60
_FIRST_DAY = date(2000, 1, 1)
# The blocks of addresses for documentation and benchmarks (RFC 5737, RFC 2544).
_BLOCKS = (("192.0.2.", 254), ("198.51.100.", 254), ("203.0.113.", 254))


def shape_of(kind: Kind, value: str) -> str:
    """Return the shape of a value's replacement; values of the same shape are numbered together."""
    if kind is Kind.ADDRESS:
        return "ip6" if ":" in value else "ip4"
    if kind is Kind.TOKEN:
        return "token"
    if kind is Kind.IMAGE and value.lower().startswith(("http:", "https:")):
        return "image"
    if value.isascii() and value.isdigit():
        return f"digits{len(value)}"
    for pattern, shape in ((_UUID, "uuid"), (_DATE, "date"), (_PHONE, "phone"), (_MAIL, "mail")):
        if pattern.fullmatch(value):
            return shape
    if _HEX.fullmatch(value):
        return f"hex{len(value)}"
    if value.lower().startswith(("http://", "https://")):
        return "link"
    return "text" if kind is Kind.TEXT or len(value) > _LONG_TEXT else "name"


def pseudonyms(shape: str, number: int) -> Iterator[str]:
    """Yield replacements of a shape with a number: the usual one, then those for values that are a part of it."""
    if shape.startswith("digits"):
        yield str(10 ** (int(shape.removeprefix("digits")) - 1) + number)
    elif shape.startswith("hex"):
        yield f"{number:0{shape.removeprefix('hex')}x}"
    else:
        yield from (make(number) for make in _MAKERS[shape])


Make = Callable[[int], str]


def _ip4(number: int) -> str:
    for beginning, size in _BLOCKS:
        if number <= size:
            return f"{beginning}{number}"
        number -= size
    return f"198.{18 + number // 65_536 % 2}.{number // 256 % 256}.{number % 256}"


def _day(number: int) -> str:
    return (_FIRST_DAY + timedelta(days=number % 9_000)).isoformat()


def _of(text: str) -> Make:
    return lambda number: text.format(number)


_MAKERS: dict[str, tuple[Make, ...]] = {
    "name": tuple(_of(f"{stem}{{}}") for stem in _STEMS),
    "mail": tuple(_of(f"{stem.lower()}{{}}@{domain}") for domain, stem in product(_DOMAINS, _STEMS)),
    "ip4": (_ip4,),
    "ip6": (_of("2001:db8::{:x}"),),
    "token": (*(_of(f"{stem}-{{}}") for stem in ("token", "replaced", "zq")), _of("{}")),
    "image": (*(_of(f"https://images.{domain}/{{}}.png") for domain in _DOMAINS), _of("/{}.png"), _of("{}")),
    "link": (*(_of(f"https://{domain}/{{}}") for domain in _DOMAINS), _of("/{}")),
    "uuid": (_of("00000000-0000-4000-8000-{:012x}"),),
    "date": (_day,),
    "phone": (_of("+1555010{:04d}"),),
    "text": (*(_of(f"{words} {{}}.") for words in ("Replaced text", "Words", "Zq")), _of("{}")),
}
