"""The check of the store: whether all bytes are there, and are those that they were."""

from hashlib import sha256

from msgspec import Struct

from guildhall.core.storage import queries
from guildhall.core.storage.schemas import KnownPart
from guildhall.core.storage.storage import Storage
from guildhall.db.pool import Database


class Checked(Struct, frozen=True):
    """A part of a check. `last` is the hash to go on behind; null at the end. `wrong` says what is, in words."""

    objects: int
    last: bytes | None
    wrong: list[str]


async def check_batch(db: Database, storage: Storage, after: bytes | None, size: int) -> Checked:
    """Read as many objects behind one and compare their hashes. Raises StorageUnavailable."""
    async with db.read() as tx:
        hashes = await queries.objects_after.many(tx, after, size)
        parts = await queries.parts_of.many(tx, hashes)
    distinct = {(part.hash, part.content): part for part in reversed(parts)}  # a small image is its own thumbnail
    wrong = [(part, words) for part in distinct.values() if (words := await _fault(storage, part))]
    if wrong:  # a sweep may have taken some meanwhile
        async with db.read() as tx:
            present = await queries.parts_of.many(tx, sorted({part.hash for part, _ in wrong}))
        wrong = [(part, words) for part, words in wrong if part in present]
    wrong.sort(key=lambda one: one[0].hash)
    told = [f"{part.hash.hex()} ({part.variant}): {words}" for part, words in wrong]
    return Checked(len(hashes), hashes[-1] if len(hashes) == size else None, told)


async def _fault(storage: Storage, part: KnownPart) -> str | None:
    data = await storage.read_or_none(part.hash, part.content, 0, part.size + 1)
    if data is None:
        return "its bytes are missing"
    if len(data) != part.size:
        return f"it should have {part.size} bytes, and has {'more' if len(data) > part.size else len(data)}"
    return None if sha256(data).digest() == part.content else "its bytes are not those that were kept"
