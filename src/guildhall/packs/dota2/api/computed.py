"""Answers computed from our own tables."""

from collections.abc import Awaitable, Callable

import msgspec

from guildhall.core.cache.api import Cached
from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Fetched, Kind
from guildhall.db.pool import Database, Transaction

_encode = msgspec.json.Encoder().encode

Build = Callable[[Transaction], Awaitable[object]]


async def computed(db: Database, cache: Cache, kind: Kind, key: str, build: Build) -> Cached[object]:
    """An answer computed from our own tables, in one snapshot, and kept as long as its kind says."""

    async def load() -> Fetched:
        async with db.read(snapshot=True) as tx:
            return Fetched(_encode(await build(tx)), tx.now)

    return Cached(await cache.get(kind, key, load), cache.memory)
