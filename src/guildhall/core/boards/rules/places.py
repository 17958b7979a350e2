"""Places: a score, its tie-break and its member as bytes whose order is that of the ranks.

The bytes are the key of a score in PostgreSQL's index and in Redis' sorted sets, so that both have one order, and every
digit of a score. `core.board_place` makes the same in SQL.
"""

import struct
from decimal import Decimal

from msgspec import Struct

LONGEST = 60
"""Digits of a score."""
WIDEST = 400
"""The largest decimal exponent of a score, and the smallest one below zero: every float of Python has one between."""
_SHIFT = 1000
_NINES = bytes.maketrans(b"0123456789", b"9876543210")


class Place(Struct, frozen=True):
    """The parts of a place."""

    score: Decimal
    tie: int
    member: str


def number(value: "int | float | Decimal") -> Decimal:
    """Return a score as the decimal number that it is written as, with every digit.

    Raises ValueError for one that is not finite, has more than 60 digits, or an exponent beyond 400.
    """
    found = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not found.is_finite():
        raise ValueError(f"{value} is no score")
    sign, digits, exponent = _parts(found)
    if len(digits) > LONGEST or abs(exponent) > WIDEST:
        raise ValueError(f"a score has {LONGEST} digits and an exponent of {WIDEST} at most")
    return _decimal(sign, digits, exponent)


def plain(value: Decimal) -> Decimal:
    """Return a number without zeros behind its last digit."""
    return _decimal(*_parts(value))


def place(score: Decimal, tie: int, member: str, *, descending: bool) -> bytes:
    """Return the bytes of a place. Raises ValueError for a tie-break beyond 64 bits."""
    if not -(2**63) <= tie < 2**63:
        raise ValueError(f"{tie} is no whole number of 64 bits")
    sign, digits, exponent = _parts(score)
    if not digits:
        head = b"\x80"
    elif sign ^ descending:
        head = b"\x7f%s%s\xff" % (struct.pack(">h", _SHIFT - exponent), digits.encode().translate(_NINES))
    else:
        head = b"\x81%s%s\x00" % (struct.pack(">h", _SHIFT + exponent), digits.encode())
    return b"%s%s%s" % (head, struct.pack(">Q", tie + 2**63), member.encode())


def parts_of(found: bytes, *, descending: bool) -> Place:
    """Return the parts of a place. Raises ValueError for bytes that are none."""
    try:
        kind = found[0]
        if kind == 0x80:
            score, end = Decimal(0), 1
        elif kind in (0x7F, 0x81):
            end = found.index(b"\x00" if kind == 0x81 else b"\xff", 3) + 1
            (shifted,) = struct.unpack(">h", found[1:3])
            digits, exponent = found[3 : end - 1], shifted - _SHIFT
            if kind == 0x7F:
                digits, exponent = digits.translate(_NINES), -exponent
            score = _decimal((kind == 0x7F) ^ descending, digits.decode("ascii"), exponent)
        else:
            raise ValueError("a place begins otherwise")
        (tie,) = struct.unpack(">Q", found[end : end + 8])
        return Place(score, tie - 2**63, found[end + 8 :].decode())
    except (IndexError, struct.error) as error:
        raise ValueError("a place is longer") from error


def _parts(value: Decimal) -> tuple[bool, str, int]:
    """Return sign, digits without zeros around them, and the exponent of a number 0.DIGITS."""
    sign, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int):
        raise ValueError(f"{value} is no number")
    text = "".join(map(str, digits)).lstrip("0")
    point = len(text) + exponent
    text = text.rstrip("0")
    return bool(sign) and bool(text), text, point if text else 0


def _decimal(sign: bool, digits: str, exponent: int) -> Decimal:
    """Return the number of its parts; whole ones without an exponent."""
    if not digits:
        return Decimal(0)
    power = exponent - len(digits)
    if power > 0:
        digits, power = digits + "0" * power, 0
    return Decimal((int(sign), tuple(map(int, digits)), power))
