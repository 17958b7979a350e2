"""Giving content to people: in the transaction of what it is for.

picture = await take_image(db, storage, images, viewer, body)
async with db.write(viewer) as tx:
    photo = await keep_image(tx, storage, picture, viewer.id, "wine.photo", private=True)
    await set_photo.run(tx, wine_id, photo)
"""

from guildhall.core.identity.subscriptions.gates import Gate, allowed, hold
from guildhall.core.storage import queries
from guildhall.core.storage.errors import FileNotFound, QuotaReached
from guildhall.core.storage.ids import FileId
from guildhall.core.storage.images import Images
from guildhall.core.storage.schemas import Picture
from guildhall.core.storage.settings import StorageSettings
from guildhall.core.storage.storage import Storage
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database, Transaction
from guildhall.ids import UserId, uuid7

_MB = 1_000_000


async def take_image(db: Database, storage: Storage, images: Images, viewer: Viewer, data: bytes) -> Picture:
    """Check what a person sends, and keep the bytes of what is made of it: for `keep_image`, in a transaction.

    Nobody sees it before that. Raises what `Images.prepare` raises, QuotaReached, StorageUnavailable.
    """
    picture = await images.prepare(data)
    async with db.read(viewer) as tx:  # before anything is written: who has no room fills no disk
        await _require_room(tx, storage.settings, viewer.id, picture.size)
    await storage.put(picture)
    return picture


async def keep_image(
    tx: Transaction, storage: Storage, picture: Picture, user_id: UserId, purpose: str, *, private: bool = False
) -> FileId:
    """Give a person an image whose bytes are kept. `purpose` says what it is for: `wine.photo`.

    Wants the person's own transaction, or a worker's; it is committed soon, for the person's other uploads wait.

    Raises QuotaReached, StorageUnavailable.
    """
    await hold(tx, user_id)
    await _require_room(tx, storage.settings, user_id, picture.size)
    await queries.lock_object.one(tx, picture.hash)
    original, thumbnails = picture.original, picture.thumbnails
    sound = await queries.keep_object.one(
        tx, picture.hash, picture.media_type, len(original.data), original.width, original.height, tx.now
    )
    if not sound:
        await queries.keep_variants.run(
            tx, picture.hash, picture.media_type, [part.variant for part in thumbnails],
            [part.content for part in thumbnails], [len(part.data) for part in thumbnails],
            [part.width for part in thumbnails], [part.height for part in thumbnails],
        )  # fmt: skip
        await storage.ensure(picture)
    id = FileId(uuid7())
    await queries.add_file.run(tx, id, user_id, picture.hash, purpose, private, picture.size, tx.now)
    return id


async def link(
    tx: Transaction, storage: Storage, source: FileId, user_id: UserId, purpose: str, *, private: bool = False
) -> FileId:
    """Give a person the content of a file, for a purpose, as a file of their own: the source may go.

    Wants the person's own transaction, or a worker's. That the person may have it is for the caller to know.

    Raises FileNotFound, QuotaReached.
    """
    await hold(tx, user_id)
    found = await queries.served.one_or_none(tx, source, "original")
    if found is None:
        raise FileNotFound
    await _require_room(tx, storage.settings, user_id, found.bytes)
    await queries.lock_object.one(tx, found.hash)
    if await queries.served.one_or_none(tx, source, "original") is None:
        raise FileNotFound  # its owner deleted it meanwhile, and a sweep may have been
    id = FileId(uuid7())
    await queries.add_file.run(tx, id, user_id, found.hash, purpose, private, found.bytes, tx.now)
    return id


async def unlink(tx: Transaction, file_id: FileId, user_id: UserId) -> None:
    """Take a file from its owner. Its content goes with a sweep, unless others have it too. Raises FileNotFound."""
    if await queries.drop_file.one_or_none(tx, file_id, user_id) is None:
        raise FileNotFound


async def quota_of(tx: Transaction, settings: StorageSettings, user_id: UserId) -> int:
    """Return the bytes that a person may keep."""
    gate = Gate("Storage", free=settings.quota_free_mb * _MB, premium=settings.quota_premium_mb * _MB)
    return await allowed(tx, user_id, gate)


async def _require_room(tx: Transaction, settings: StorageSettings, user_id: UserId, needed: int) -> None:
    quota, used = await quota_of(tx, settings, user_id), await queries.used_bytes.one(tx, user_id)
    if used + needed > quota:
        raise QuotaReached(left=max(0, quota - used), needed=needed)
