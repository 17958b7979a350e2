"""Regions and grapes."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import PathParameter, QueryParameter

from guildhall.db.pages import Cursor, Page
from guildhall.packs.wine.catalogue.api.parameters import SLUG, CursorSlug, OfCountry, PathSlug
from guildhall.packs.wine.catalogue.errors import GrapeNotFound, RegionNotFound
from guildhall.packs.wine.catalogue.queries import reading
from guildhall.packs.wine.catalogue.schemas import GrapeLine, RegionLine, RegionPage
from guildhall.text import LINE
from guildhall.web.route import PUBLIC, Asked, Pages, Read, Routes

routes = Routes("/api/v1/wine")

_REGIONS = Cursor("wine.regions", 1, tuple[CursorSlug])
_GRAPES = Cursor("wine.grapes", 1, tuple[CursorSlug])

PathGrape = Annotated[
    str,
    PathParameter(
        description="The address of a grape, or any of its names", max_length=200, pattern=LINE,
        examples=[Example(value="syrah")],
    ),
]  # fmt: skip


@routes.get("/regions", scope=PUBLIC, pages=Pages(_REGIONS, 50))
async def list_regions(
    tx: Read,
    asked: Asked[tuple[CursorSlug]],
    country: OfCountry = None,
    kind: Annotated[
        str | None,
        QueryParameter(
            name="kind", required=False, pattern="^(country|region|area)$",
            description="Only countries, regions, or areas that a law draws", examples=[Example(value="country")],
        ),
    ] = None,
    within: Annotated[
        str | None,
        QueryParameter(
            name="within", required=False, max_length=140, pattern=SLUG, description="Only directly within this region",
            examples=[Example(value="france")],
        ),
    ] = None,
) -> Page[RegionLine]:  # fmt: skip
    """Regions, in the order of their addresses."""
    after = "" if asked.after is None else asked.after[0]
    rows = await reading.region_page.many(tx, after, country, kind, within, asked.rows)
    return _REGIONS.page(rows, asked.limit, lambda row: (row.slug,))


@routes.get("/regions/{slug:str}", scope=PUBLIC, raises=(RegionNotFound,))
async def get_region(slug: PathSlug, tx: Read) -> RegionPage:
    """A region.

    Areas overlap, so it may lie within several. Its wines are also those of what lies within it.
    """
    found = await reading.region_of.one_or_none(tx, slug)
    if found is None:
        raise RegionNotFound(slug=slug)
    return found


@routes.get("/grapes", scope=PUBLIC, pages=Pages(_GRAPES, 50))
async def list_grapes(
    tx: Read,
    asked: Asked[tuple[CursorSlug]],
    colour: Annotated[
        str | None,
        QueryParameter(
            name="colour", required=False, pattern="^(red|white)$", description="Only red or white ones",
            examples=[Example(value="red")],
        ),
    ] = None,
) -> Page[GrapeLine]:  # fmt: skip
    """Grapes by their prime names, with their synonyms."""
    rows = await reading.grape_page.many(tx, "" if asked.after is None else asked.after[0], colour, asked.rows)
    return _GRAPES.page(rows, asked.limit, lambda row: (row.slug,))


@routes.get("/grapes/{name:str}", scope=PUBLIC, raises=(GrapeNotFound,))
async def get_grape(name: PathGrape, tx: Read) -> GrapeLine:
    """A grape by its address or any of its names, in any spelling of case and accents."""
    found = await reading.grape_of.one_or_none(tx, name)
    if found is None:
        raise GrapeNotFound(name=name)
    return found
