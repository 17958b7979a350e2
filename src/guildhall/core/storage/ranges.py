"""Ranges of bytes (RFC 9110, 14): one at a time."""

import re

from guildhall.errors import RangeNotSatisfiable

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def range_of(header: str | None, size: int) -> tuple[int, int] | None:
    """Return the start and the length that are asked for; None for the whole.

    Several ranges, and what is no range, are answered with the whole, as the standard allows. Raises
    RangeNotSatisfiable for a range behind the end.
    """
    if header is None or (found := _RANGE.fullmatch(header.strip())) is None:
        return None
    first, last = found.groups()
    if first:
        start, end = int(first), min(int(last or size - 1), size - 1)
        if last and int(last) < int(first):
            return None
        if start >= size:
            raise RangeNotSatisfiable(size=size)
        return start, end - start + 1
    if not last:
        return None
    if int(last) == 0:
        raise RangeNotSatisfiable(size=size)
    length = min(int(last), size)
    return size - length, length
