"""Answers computed from our own tables."""

from collections.abc import Awaitable, Callable

import msgspec

from guildhall.core.cache.cache import Cache
from guildhall.core.cache.schemas import Answer, Fetched, Kind
from guildhall.db.pool import Database, Transaction

_encode = msgspec.json.Encoder().encode

Build = Callable[[Transaction], Awaitable[object]]


async def computed(db: Database, cache: Cache, kind: Kind, key: str, build: Build) -> Answer:
    """Find an answer that is computed in one snapshot of our own tables, and kept as long as its kind says."""

    async def load() -> Fetched:
        async with db.read(snapshot=True) as tx:
            return Fetched(_encode(await build(tx)), tx.now)

    return await cache.get(kind, key, load)
