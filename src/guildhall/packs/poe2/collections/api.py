"""Collections of builds."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter
from msgspec import Meta

from guildhall.core.identity.principals.schemas import Principal
from guildhall.db.pages import Cursor, Page
from guildhall.db.policies import Viewer
from guildhall.db.pool import Database
from guildhall.packs.poe2.builds.api.builds import NO_BUILD
from guildhall.packs.poe2.builds.api.parameters import READ, WRITE, PathBuild
from guildhall.packs.poe2.builds.rules.addresses import Named
from guildhall.packs.poe2.builds.views.builds import visible
from guildhall.packs.poe2.collections import actions, errors, queries
from guildhall.packs.poe2.collections.schemas import (
    Collection,
    CollectionChange,
    CollectionItem,
    CollectionRequest,
    ItemRequest,
    OrderRequest,
)
from guildhall.packs.poe2.ids import BuildId, CollectionId
from guildhall.packs.poe2.settings import Poe2Settings
from guildhall.web.route import PUBLIC, Asked, Pages, Read, Routes, Write

routes = Routes("/api/v1/poe2")

_ID = "0192f8a4-7c00-7000-8000-000000000001"
PathCollectionId = Annotated[
    CollectionId, PathParameter(description="The collection's id", examples=[Example(value=_ID)])
]
PathBuildId = Annotated[BuildId, PathParameter(description="The build's id", examples=[Example(value=_ID)])]
_Position = Annotated[int, Meta(ge=1, lt=2**31)]
_COLLECTIONS = Cursor("poe2.collections", 1, CollectionId)
_OWN = Cursor("poe2.own_collections", 1, CollectionId)
_ITEMS = Cursor("poe2.collection_items", 1, tuple[_Position, BuildId])
_NOT_YOURS = (errors.CollectionNotFound, errors.NotYourCollection)


def _limits(settings: Poe2Settings) -> actions.CollectionLimits:
    return actions.CollectionLimits(settings.collections_most, settings.collection_builds_most)


@routes.get("/collections", scope=PUBLIC, pages=Pages(_COLLECTIONS))
async def list_collections(tx: Read, asked: Asked[CollectionId]) -> Page[Collection]:
    """Public collections, newest first."""
    rows = await queries.public_collections.many(tx, asked.after, asked.rows)
    return _COLLECTIONS.page(rows, asked.limit, lambda row: row.id)


@routes.get("/me/collections", scope=READ, pages=Pages(_OWN))
async def list_own_collections(viewer: Viewer, tx: Read, asked: Asked[CollectionId]) -> Page[Collection]:
    """Your collections, newest first."""
    rows = await queries.collections_of.many(tx, viewer.id, asked.after, asked.rows)
    return _OWN.page(rows, asked.limit, lambda row: row.id)


@routes.post("/collections", scope=WRITE, raises=(errors.TooManyCollections,))
async def post_collection(data: CollectionRequest, tx: Write, settings: Poe2Settings) -> Collection:
    """Make a collection."""
    return await actions.add_collection(tx, data, _limits(settings))


@routes.get("/collections/{collection_id:uuid}", scope=PUBLIC, raises=(errors.CollectionNotFound,))
async def get_collection(collection_id: PathCollectionId, principal: Principal | None, db: Database) -> Collection:
    """A collection.

    A private one is shown to its owner alone.
    """
    async with db.read(None if principal is None else principal.viewer) as tx:
        found = await queries.collection.one_or_none(tx, collection_id)
    if found is None:
        raise errors.CollectionNotFound
    return found


@routes.patch("/collections/{collection_id:uuid}", scope=WRITE, raises=_NOT_YOURS)
async def patch_collection(collection_id: PathCollectionId, data: CollectionChange, tx: Write) -> Collection:
    """Edit a collection of yours."""
    return await actions.edit_collection(tx, collection_id, data)


@routes.delete(
    "/collections/{collection_id:uuid}",
    scope=WRITE,
    raises=_NOT_YOURS,
    empty="The collection is deleted; its builds stay.",
)
async def delete_collection(collection_id: PathCollectionId, tx: Write) -> None:
    """Delete a collection of yours."""
    await actions.remove_collection(tx, collection_id)


@routes.get(
    "/collections/{collection_id:uuid}/builds",
    scope=PUBLIC,
    pages=Pages(_ITEMS),
    raises=(errors.CollectionNotFound,),
)
async def list_items(
    collection_id: PathCollectionId,
    principal: Principal | None,
    db: Database,
    asked: Asked[tuple[_Position, BuildId]],
) -> Page[CollectionItem]:
    """Builds of a collection, in its owner's order.

    A build that its author no longer shares has neither address nor title, nor has an unlisted one but for its author
    and the owner of the collection.
    """
    position, after = asked.after or (None, None)
    async with db.read(None if principal is None else principal.viewer) as tx:
        if await queries.collection.one_or_none(tx, collection_id) is None:
            raise errors.CollectionNotFound
        rows = await queries.items_of.many(tx, collection_id, position, after, asked.rows)
    return _ITEMS.page(rows, asked.limit, lambda row: (row.position, row.build_id))


@routes.put(
    "/collections/{collection_id:uuid}/builds/{build:str}",
    scope=WRITE,
    status=204,
    raises=(*_NOT_YOURS, *NO_BUILD, errors.CollectionFull),
    empty="The build is in the collection.",
)
async def put_item(
    collection_id: PathCollectionId, build: PathBuild, data: ItemRequest, tx: Write, settings: Poe2Settings
) -> None:
    """Put a build into a collection of yours.

    At its end; one that is in it already gets the notes.
    """
    found = await visible(tx, Named(build))
    await actions.put_build(tx, collection_id, found, data.notes, _limits(settings))


@routes.delete(
    "/collections/{collection_id:uuid}/builds/{build_id:uuid}",
    scope=WRITE,
    raises=(*_NOT_YOURS, errors.NotCollected),
    empty="The build is no longer in the collection.",
)
async def delete_item(collection_id: PathCollectionId, build_id: PathBuildId, tx: Write) -> None:
    """Take a build out of a collection of yours."""
    await actions.take_build(tx, collection_id, build_id)


@routes.put(
    "/collections/{collection_id:uuid}/order",
    scope=WRITE,
    status=204,
    raises=(*_NOT_YOURS, errors.OrderIncomplete),
    empty="The builds are in this order.",
)
async def put_order(collection_id: PathCollectionId, data: OrderRequest, tx: Write) -> None:
    """Order the builds of a collection of yours."""
    await actions.order_builds(tx, collection_id, data.builds)
