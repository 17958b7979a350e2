"""Collections made, edited, filled, ordered, removed."""

from msgspec import UNSET, Struct

from guildhall.core.jobs.actions import send
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.packs.poe2.builds.queries.builds import account_name
from guildhall.packs.poe2.builds.schemas.builds import BuildDetails
from guildhall.packs.poe2.collections import queries
from guildhall.packs.poe2.collections.errors import (
    CollectionFull,
    CollectionNotFound,
    NotCollected,
    NotYourCollection,
    OrderIncomplete,
    TooManyCollections,
)
from guildhall.packs.poe2.collections.messages import CollectionShared
from guildhall.packs.poe2.collections.schemas import Collection, CollectionChange, CollectionRequest
from guildhall.packs.poe2.ids import BuildId, CollectionId
from guildhall.text import clean_line


class CollectionLimits(Struct, frozen=True):
    """The most collections of a person, and builds of a collection."""

    collections: int
    builds: int


async def add_collection(tx: Transaction, wanted: CollectionRequest, limits: CollectionLimits) -> Collection:
    """Make a collection of the viewer. Raises TooManyCollections, BadText."""
    owner = tx.viewer.id
    await queries.lock_owner.one(tx, owner)
    if await queries.collections_count.one(tx, owner) >= limits.collections:
        raise TooManyCollections(most=limits.collections)
    collection_id = CollectionId(uuid7())
    await queries.add_collection.run(
        tx, collection_id, owner, await account_name.one(tx, owner), clean_line(wanted.name, 1, 255),
        _words(wanted.description), wanted.is_public, tx.now,
    )  # fmt: skip
    return await _shown(tx, collection_id)


async def edit_collection(tx: Transaction, collection_id: CollectionId, change: CollectionChange) -> Collection:
    """Edit one of the viewer's collections. Raises CollectionNotFound, NotYourCollection, BadText."""
    await _own(tx, collection_id)
    before = await queries.collection.one(tx, collection_id)
    await queries.put_collection.run(
        tx, collection_id,
        before.name if change.name is UNSET else clean_line(change.name, 1, 255),
        before.description if change.description is UNSET else _words(change.description),
        before.is_public if change.is_public is UNSET else change.is_public, tx.now,
    )  # fmt: skip
    return await _shown(tx, collection_id)


async def remove_collection(tx: Transaction, collection_id: CollectionId) -> None:
    """Delete one of the viewer's collections; its builds stay. Raises CollectionNotFound, NotYourCollection."""
    await _own(tx, collection_id)
    await queries.remove_collection.run(tx, collection_id)


async def put_build(
    tx: Transaction, collection_id: CollectionId, build: BuildDetails, notes: str | None, limits: CollectionLimits
) -> None:
    """Add a build that the viewer sees at the end of their collection, or write other notes on it.

    Raises CollectionNotFound, NotYourCollection, CollectionFull.
    """
    await _own(tx, collection_id)
    there = await queries.builds_in.many(tx, collection_id)
    if build.id not in there and len(there) >= limits.builds:
        raise CollectionFull(most=limits.builds)
    await queries.put_item.run(tx, collection_id, build.id, _words(notes), tx.now)
    if build.id not in there:
        await _shown(tx, collection_id)


async def take_build(tx: Transaction, collection_id: CollectionId, build_id: BuildId) -> None:
    """Take a build out of the viewer's collection. Raises CollectionNotFound, NotYourCollection, NotCollected."""
    await _own(tx, collection_id)
    if not await queries.remove_item.run(tx, collection_id, build_id):
        raise NotCollected


async def order_builds(tx: Transaction, collection_id: CollectionId, builds: list[BuildId]) -> None:
    """Order the builds of the viewer's collection. Raises CollectionNotFound, NotYourCollection, OrderIncomplete."""
    await _own(tx, collection_id)
    there = await queries.builds_in.many(tx, collection_id)
    if sorted(there) != sorted(builds):
        raise OrderIncomplete(builds=len(there))
    await queries.put_order.run(tx, collection_id, builds)


async def _shown(tx: Transaction, collection_id: CollectionId) -> Collection:
    """Return the viewer's collection as it is now, and tell of it if it is public."""
    found = await queries.collection.one(tx, collection_id)
    if found.is_public:
        await send(tx, CollectionShared(tx.viewer.id))
    return found


async def _own(tx: Transaction, collection_id: CollectionId) -> None:
    """Lock one of the viewer's collections. Raises CollectionNotFound, NotYourCollection."""
    if await queries.collection_to_change.one_or_none(tx, collection_id) is None:
        if await queries.collection.one_or_none(tx, collection_id) is None:
            raise CollectionNotFound
        raise NotYourCollection


def _words(text: str | None) -> str | None:
    """Return a text as it is stored: none for a blank one."""
    return None if text is None else text.strip() or None
