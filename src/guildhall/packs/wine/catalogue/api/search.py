"""The search over wines, with its facets."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import QueryParameter
from msgspec import Meta

from guildhall.db.pages import Cursor, Page
from guildhall.db.pool import Database
from guildhall.packs.wine.catalogue.api.parameters import CursorSlug, InRegion, OfGrape, OfRarity, OfStyle, OfType
from guildhall.packs.wine.catalogue.queries import search
from guildhall.packs.wine.catalogue.schemas import Facets, FoundWine
from guildhall.packs.wine.settings import WineSettings
from guildhall.text import WITHOUT_NUL
from guildhall.web.route import PUBLIC, Asked, Pages, Routes

routes = Routes("/api/v1/wine/search")

_Score = Annotated[int, Meta(ge=0, le=10_000)]
_FOUND = Cursor("wine.search", 1, tuple[_Score, CursorSlug])
_BEST, _VALUES_MOST = 10_000, 20

Wanted = Annotated[
    str,
    QueryParameter(
        name="q", min_length=1, max_length=200, pattern=WITHOUT_NUL, description="Words of a name, also half of them",
        examples=[Example(value="papperbark sauvig")],
    ),
]  # fmt: skip


@routes.get("/", scope=PUBLIC, pages=Pages(_FOUND), limit="search")
async def search_wines(
    q: Wanted,
    db: Database,
    settings: WineSettings,
    asked: Asked[tuple[_Score, CursorSlug]],
    type_: OfType = None,
    rarity: OfRarity = None,
    style: OfStyle = None,
    grape: OfGrape = None,
    region: InRegion = None,
) -> Page[FoundWine]:
    """Wines that have all words, the best first.

    Words are those of the wine, its producer, its region and all names of its grapes; accents and case do not matter.
    The beginning of a word is enough, and words of four letters or more may have typos. The first eight words count.
    """
    score, after = (_BEST, "") if asked.after is None else asked.after
    async with db.read(timeout=settings.search_seconds) as tx:
        rows = await search.found_wines.many(tx, q, type_, region, grape, rarity, style, score, after, asked.rows)
    return _FOUND.page(rows, asked.limit, lambda row: (row.score, row.slug))


@routes.get("/facets", scope=PUBLIC, limit="search")
async def get_facets(
    q: Wanted,
    db: Database,
    settings: WineSettings,
    type_: OfType = None,
    rarity: OfRarity = None,
    style: OfStyle = None,
    grape: OfGrape = None,
    region: InRegion = None,
) -> Facets:
    """Values of the wines that a search finds, and how many have each.

    The twenty most frequent of each facet: types (either one), styles, tiers of rarity, countries and grapes.
    """
    async with db.read(timeout=settings.search_seconds) as tx:
        return Facets(await search.facets_of.many(tx, q, type_, region, grape, rarity, style, _VALUES_MOST))
