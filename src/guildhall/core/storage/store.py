"""Stores: places that keep bytes by key. What is in one is whole, and never changes."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct


class OutOfReach(Exception):
    """A store that does not answer, has no room, or refuses us. Its words are for the log alone."""


class Stored(Struct, frozen=True):
    """The bytes of a key, as a store lists them."""

    key: str
    size: int
    modified_at: datetime


class Store(Protocol):
    """A folder, or a bucket elsewhere. All of it raises OutOfReach."""

    async def put(self, key: str, data: bytes) -> None:
        """Keep bytes. When this returns they are durable; until then nobody sees anything of them."""

    async def read(self, key: str, start: int, length: int) -> bytes | None:
        """Return some bytes of a key; None if there is no such key."""

    async def has(self, key: str) -> bool:
        """Return whether there is such a key."""

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete keys, whether or not they are there."""

    def listed(self, page: int) -> AsyncIterator[list[Stored]]:
        """List everything, in pages of about so many."""

    async def sweep(self, before: datetime) -> int:
        """Delete what uploads that broke off before an instant left behind; return how many."""


def key_of(hash: bytes, content: bytes) -> str:
    """Return the key of a variant of an object: that of the original is its hash, others have their own behind it."""
    whole = hash.hex()
    name = whole if content == hash else f"{whole}.{content.hex()}"
    return f"{whole[:2]}/{whole[2:4]}/{name}"


def parts_of_key(key: str) -> tuple[bytes, bytes] | None:
    """Return the hash of the object and that of the content; None for a key that `key_of` did not make."""
    whole, _, other = key.rpartition("/")[2].partition(".")
    try:
        hash, content = bytes.fromhex(whole), bytes.fromhex(other or whole)
    except ValueError:
        return None
    return (hash, content) if key == key_of(hash, content) and len(hash) == len(content) == 32 else None
