"""Content codings: which one a client takes."""

from typing import Literal

Coding = Literal["identity", "gzip", "zstd"]

WORTH_COMPRESSING = 600
"""Bytes; a smaller answer fits one packet anyway."""


def accepted_coding(accept: bytes | None, size: int) -> Coding:
    """The best coding that the client takes and the size is worth: zstd, gzip or none."""
    if accept is None or size < WORTH_COMPRESSING:
        return "identity"
    if _takes(accept, b"zstd"):
        return "zstd"
    if _takes(accept, b"gzip"):
        return "gzip"
    return "identity"


def _takes(accept: bytes, coding: bytes) -> bool:
    """Return whether Accept-Encoding names a coding with a weight above zero (RFC 9110, 12.5.3)."""
    if coding not in accept:
        return False
    for item in accept.split(b","):
        name, _, weight = item.partition(b";")
        if name.strip().lower() == coding:
            return weight.replace(b" ", b"").rstrip(b"0") not in (b"q=", b"q=0.")
    return False
