"""Pages of authors."""

from guildhall.core.identity.principals.schemas import Principal
from guildhall.core.social.parameters import PathHandle
from guildhall.core.social.profiles.errors import ProfileNotFound
from guildhall.core.social.profiles.queries import card_of_handle
from guildhall.core.social.profiles.rules import handle_key
from guildhall.core.social.profiles.schemas import ProfileCard
from guildhall.db.pages import Cursor, Page
from guildhall.db.pool import Database, Transaction
from guildhall.instants import Instant
from guildhall.packs.poe2.authors.queries import builds_by, totals_of
from guildhall.packs.poe2.authors.schemas import Author, AuthorBuild
from guildhall.packs.poe2.collections.queries import collections_of
from guildhall.packs.poe2.collections.schemas import Collection
from guildhall.packs.poe2.ids import BuildId, CollectionId
from guildhall.web.route import PUBLIC, Asked, Pages, Routes

routes = Routes("/api/v1/poe2/authors")

_BUILDS = Cursor("poe2.author_builds", 1, tuple[Instant, BuildId])
_COLLECTIONS = Cursor("poe2.author_collections", 1, CollectionId)


async def _author(tx: Transaction, handle: str) -> ProfileCard:
    """Return who has a handle. Raises ProfileNotFound."""
    card = await card_of_handle.one_or_none(tx, handle_key(handle))
    if card is None:
        raise ProfileNotFound
    return card


@routes.get("/{handle:str}", scope=PUBLIC, raises=(ProfileNotFound,))
async def get_author(handle: PathHandle, db: Database) -> Author:
    """An author's page.

    Their profile, and the figures of their public builds and collections.
    """
    async with db.read() as tx:
        card = await _author(tx, handle)
        return Author(card, await totals_of.one(tx, card.user_id))


@routes.get("/{handle:str}/builds", scope=PUBLIC, pages=Pages(_BUILDS), raises=(ProfileNotFound,))
async def list_author_builds(
    handle: PathHandle, db: Database, asked: Asked[tuple[Instant, BuildId]]
) -> Page[AuthorBuild]:
    """Public builds of an author, the latest published first."""
    at, after = asked.after or (None, None)
    async with db.read() as tx:
        rows = await builds_by.many(tx, (await _author(tx, handle)).user_id, at, after, asked.rows)
    return _BUILDS.page(rows, asked.limit, lambda row: (row.published_at, row.id))


@routes.get("/{handle:str}/collections", scope=PUBLIC, pages=Pages(_COLLECTIONS), raises=(ProfileNotFound,))
async def list_author_collections(
    handle: PathHandle, principal: Principal | None, db: Database, asked: Asked[CollectionId]
) -> Page[Collection]:
    """Collections of an author, newest first.

    The public ones; your own page shows you all of yours.
    """
    async with db.read(None if principal is None else principal.viewer) as tx:
        card = await _author(tx, handle)
        rows = await collections_of.many(tx, card.user_id, asked.after, asked.rows)
    return _COLLECTIONS.page(rows, asked.limit, lambda row: row.id)
