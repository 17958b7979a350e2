"""Sweeps: content that nobody owns any more, bytes that no row knows, uploads that broke off.

A sweep and an upload of the same content take turns by the object's lock, and each looks again once it has it: so
nothing goes that somebody has, and nothing that somebody is about to have stays without its bytes.
"""

from datetime import datetime, timedelta
from functools import partial

from guildhall.core.storage import queries
from guildhall.core.storage.settings import StorageSettings
from guildhall.core.storage.storage import Storage
from guildhall.core.storage.store import parts_of_key
from guildhall.db.pool import Database, Transaction


async def sweep_orphans(db: Database, storage: Storage, settings: StorageSettings) -> int:
    """Delete objects that have had no owner for a while; return how many. Raises StorageUnavailable."""
    swept = 0
    while True:
        async with db.read() as tx:
            before = tx.now - timedelta(minutes=settings.orphan_minutes)
            found = await queries.loose_objects.many(tx, before, settings.sweep_batch)
        for hash in found:
            swept += await db.transact(partial(_sweep_object, storage=storage, hash=hash, before=before))
        if len(found) < settings.sweep_batch:
            return swept


async def sweep_partial(db: Database, storage: Storage, settings: StorageSettings) -> int:
    """Delete what uploads that broke off left; return how many. Raises StorageUnavailable."""
    async with db.read() as tx:
        before = tx.now - timedelta(minutes=settings.orphan_minutes)
    return await storage.sweep(before)


async def sweep_strays(db: Database, storage: Storage, settings: StorageSettings) -> int:
    """Delete bytes in the store that no row knows; return how many. Keys of other programs stay.

    Raises StorageUnavailable.
    """
    swept = 0
    async for page in storage.listed(settings.sweep_batch):
        async with db.read() as tx:
            before = tx.now - timedelta(minutes=settings.orphan_minutes)
            old = {one.key: parts for one in page if one.modified_at < before if (parts := parts_of_key(one.key))}
            known = await _known(tx, [hash for hash, _ in old.values()])
        for key, parts in old.items():
            if parts not in known:
                swept += await db.transact(partial(_sweep_key, storage=storage, key=key, parts=parts))
    return swept


async def _sweep_object(tx: Transaction, *, storage: Storage, hash: bytes, before: datetime) -> bool:
    await queries.lock_object.one(tx, hash)
    if await queries.is_owned.one(tx, hash):
        await queries.settle_object.run(tx, hash, before)
        return False
    parts = await queries.parts_of.many(tx, [hash])
    if await queries.drop_object.one_or_none(tx, hash, before) is None:
        return False  # it had an owner meanwhile
    await storage.delete(parts)
    return True


async def _sweep_key(tx: Transaction, *, storage: Storage, key: str, parts: tuple[bytes, bytes]) -> bool:
    await queries.lock_object.one(tx, parts[0])
    if parts in await _known(tx, [parts[0]]):
        return False
    await storage.delete_key(key)
    return True


async def _known(tx: Transaction, hashes: list[bytes]) -> set[tuple[bytes, bytes]]:
    return {(one.hash, one.content) for one in await queries.parts_of.many(tx, list(set(hashes)))}
