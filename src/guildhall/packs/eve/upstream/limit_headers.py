"""Rules that read the two families of rate limits from the headers of ESI's answers."""

import re
from collections.abc import Mapping

from msgspec import Struct

_LIMIT = re.compile(r"^(\d{1,9})/(\d{1,6})([smh])$")
_UNITS = {"s": 1.0, "m": 60.0, "h": 3600.0}
COST = 5
"""Tokens that the dearest answer costs."""


class Bucket(Struct, frozen=True):
    """A token bucket as an answer tells of it: so many of `size` tokens in `window` seconds are left."""

    group: str
    size: int
    window: float
    remaining: int


class ErrorLimit(Struct, frozen=True):
    """Errors that the address may still make before the window ends in `reset` seconds."""

    remain: int
    reset: float


def _whole(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name)
    return int(text) if text is not None and text.isdecimal() and len(text) < 10 else None


def bucket(headers: Mapping[str, str]) -> Bucket | None:
    """The bucket of which an answer tells."""
    group = headers.get("X-Ratelimit-Group")
    remaining = _whole(headers, "X-Ratelimit-Remaining")
    limit = _LIMIT.match(headers.get("X-Ratelimit-Limit", "")) if group is not None else None
    if group is None or remaining is None or limit is None:
        return None
    return Bucket(group, int(limit[1]), float(limit[2]) * _UNITS[limit[3]], remaining)


def error_limit(headers: Mapping[str, str]) -> ErrorLimit | None:
    """The error limit of which an answer tells."""
    remain, reset = _whole(headers, "X-Esi-Error-Limit-Remain"), _whole(headers, "X-Esi-Error-Limit-Reset")
    return None if remain is None or reset is None else ErrorLimit(remain, float(min(reset, 3600)))


def retry_after(headers: Mapping[str, str], otherwise: float) -> float:
    """Seconds that Retry-After asks for, an hour at most."""
    said = _whole(headers, "Retry-After")
    return otherwise if said is None else float(min(max(said, 1), 3600))


def scarce(known: Bucket) -> float:
    """Seconds to leave a bucket alone: 0 while it holds two of the dearest answers.

    The window slides, so tokens come back as they were used; on average two dear answers' worth take that share of it.
    """
    if known.remaining >= 2 * COST or known.remaining >= known.size - 2:
        return 0.0
    return max(1.0, known.window * min(1.0, 2 * COST / max(known.size, 1)) / 2)
