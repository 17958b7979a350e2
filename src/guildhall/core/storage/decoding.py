"""Images out of bytes that nobody has checked: their type and size by the header, before anything is decoded."""

from collections.abc import Callable
from typing import Literal

from guildhall.core.storage.errors import AnimatedImage, BrokenImage, NotAnImage, TooManyPixels
from guildhall.core.storage.schemas import Bounds, Picture
from guildhall.references import Reference

_decode: Reference[Callable[[bytes, Bounds], Picture]] = Reference("guildhall.core.storage.pixels:decode")
"""The decoders, loaded by the first image."""


def read_picture(data: bytes, bounds: Bounds) -> Picture:
    """Decode an image and make what is kept of it.

    Raises NotAnImage, TooManyPixels, AnimatedImage, BrokenImage.
    """
    kind = kind_of(data)
    if kind is None:
        raise NotAnImage
    if kind == "webp":  # its decoder takes the memory for all pixels as soon as it is opened
        require_room(webp_size(data), bounds)
    return _decode.load()(data, bounds)


def kind_of(data: bytes) -> Literal["jpeg", "png", "webp"] | None:
    """Return the type of an image by its first bytes; None for any other."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return None


def webp_size(data: bytes) -> tuple[int, int]:
    """Return width and height of a WebP by its header. Raises BrokenImage, AnimatedImage."""
    chunk, body = data[12:16], data[20:30]
    if len(body) < 10:
        raise BrokenImage
    if chunk == b"VP8X":
        if body[0] & 0x02:
            raise AnimatedImage
        return int.from_bytes(body[4:7], "little") + 1, int.from_bytes(body[7:10], "little") + 1
    if chunk == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 ":
        return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF
    raise BrokenImage


def require_room(size: tuple[int, int], bounds: Bounds) -> None:
    """Raise TooManyPixels for an image that is too large to be decoded."""
    if size[0] * size[1] > bounds.pixels:
        raise TooManyPixels(most=bounds.pixels // 1_000_000)
