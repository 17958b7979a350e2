"""Structs of storage."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from guildhall.core.storage.ids import FileId
from guildhall.ids import UserId

Variant = Literal["original", "large", "small"]


class Bounds(Struct, frozen=True):
    """Limits of images, and the longer sides of what is made of them."""

    pixels: int
    side: int
    large: int
    small: int
    quality: int


class Part(Struct, frozen=True):
    """The bytes of one variant of an image, by their SHA-256."""

    variant: Variant
    content: bytes
    data: bytes
    width: int
    height: int


class Picture(Struct, frozen=True):
    """An image that was checked and made anew: what is kept of it, the original first."""

    original: Part
    thumbnails: tuple[Part, ...]
    media_type: str = "image/webp"

    @property
    def hash(self) -> bytes:
        """Return the hash by which the object is known: that of its original."""
        return self.original.content

    @property
    def parts(self) -> tuple[Part, ...]:
        """Return all variants."""
        return (self.original, *self.thumbnails)

    @property
    def size(self) -> int:
        """Return the bytes of all variants, which count for a quota."""
        return sum(len(part.data) for part in self.parts)


class KnownPart(Struct, frozen=True):
    """A variant of an object, as the database has it."""

    hash: bytes
    variant: Variant
    content: bytes
    size: int


class Served(Struct, frozen=True):
    """A variant of a file, for whoever knows its id. `bytes` are those of all variants."""

    private: bool
    hash: bytes
    content: bytes
    media_type: str
    size: int
    bytes: int


class FileRow(Struct, frozen=True):
    """A file with its owner and its content."""

    id: FileId
    user_id: UserId
    purpose: str
    private: bool
    sha256: str
    media_type: str
    bytes: int
    width: int
    height: int
    created_at: datetime


class StoredFile(Struct, frozen=True):
    """One of your files. `bytes` counts its thumbnails too; the addresses of a private one are good until `expires_at`.

    Addresses are paths on this server.
    """

    id: FileId
    purpose: str
    private: bool
    sha256: str
    media_type: str
    bytes: int
    width: int
    height: int
    original: str
    large: str
    small: str
    expires_at: datetime | None
    created_at: datetime


class MyFiles(Struct, frozen=True):
    """A page of your files, the latest first, and how much room there is."""

    items: list[StoredFile]
    next: str | None
    used_bytes: int
    quota_bytes: int
    left_bytes: int


class Totals(Struct, frozen=True):
    """The number of objects, and the bytes of their originals."""

    objects: int
    bytes: int
