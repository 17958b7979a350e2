"""Wines of the real world, their vintages and producers."""

from typing import Annotated

from litestar.openapi.spec import Example
from litestar.params import QueryParameter
from msgspec import Meta

from guildhall.db.pages import Cursor, Page
from guildhall.packs.wine.catalogue.api.parameters import SLUG, CursorSlug, InRegion, OfCountry, OfStyle, PathSlug
from guildhall.packs.wine.catalogue.errors import CatalogueWineNotFound, ProducerNotFound
from guildhall.packs.wine.catalogue.queries import reading
from guildhall.packs.wine.catalogue.schemas import ProducerLine, Vintage, WineLine, WinePage
from guildhall.web.route import PUBLIC, Asked, Pages, Read, Routes

routes = Routes("/api/v1/wine")

_Year = Annotated[int, Meta(ge=0, le=2100)]
_WINES = Cursor("wine.catalogue_wines", 1, tuple[CursorSlug])
_VINTAGES = Cursor("wine.vintages", 1, tuple[_Year])
_PRODUCERS = Cursor("wine.producers", 1, tuple[CursorSlug])
_BEHIND_ALL = 32_000


@routes.get("/catalogue-wines", scope=PUBLIC, pages=Pages(_WINES, 50))
async def list_wines(
    tx: Read,
    asked: Asked[tuple[CursorSlug]],
    producer: Annotated[
        str | None,
        QueryParameter(
            name="producer", required=False, max_length=140, pattern=SLUG, description="Only of this producer",
            examples=[Example(value="quill-vine-nz")],
        ),
    ] = None,
    region: InRegion = None,
    style: OfStyle = None,
    year: Annotated[
        int | None,
        QueryParameter(
            name="year", required=False, ge=1700, le=2100, description="Only with a vintage of this year",
            examples=[Example(value=2019)],
        ),
    ] = None,
) -> Page[WineLine]:  # fmt: skip
    """Wines of the real world, in the order of their addresses."""
    after = "" if asked.after is None else asked.after[0]
    rows = await reading.wine_page.many(tx, after, producer, region, style, year, asked.rows)
    return _WINES.page(rows, asked.limit, lambda row: (row.slug,))


@routes.get("/catalogue-wines/{slug:str}", scope=PUBLIC, raises=(CatalogueWineNotFound,))
async def get_wine(slug: PathSlug, tx: Read) -> WinePage:
    """A wine of the real world.

    Its species has the same address. Body is from 1 to 5, acidity from 1 to 3, sweetness from 0 to 4.
    """
    found = await reading.wine_of.one_or_none(tx, slug)
    if found is None:
        raise CatalogueWineNotFound(slug=slug)
    return found


@routes.get(
    "/catalogue-wines/{slug:str}/vintages", scope=PUBLIC, pages=Pages(_VINTAGES, 50), raises=(CatalogueWineNotFound,)
)
async def list_vintages(slug: PathSlug, tx: Read, asked: Asked[tuple[_Year]]) -> Page[Vintage]:
    """Vintages of a wine, the latest first.

    A wine without a year is no vintage of any year: its year is null, and it comes last.
    """
    before = _BEHIND_ALL if asked.after is None else asked.after[0]
    rows = await reading.vintage_page.many(tx, slug, before, asked.rows)
    if not rows and await reading.wine_of.one_or_none(tx, slug) is None:
        raise CatalogueWineNotFound(slug=slug)
    return _VINTAGES.page(rows, asked.limit, lambda row: (row.year or 0,))


@routes.get("/producers", scope=PUBLIC, pages=Pages(_PRODUCERS, 50))
async def list_producers(
    tx: Read, asked: Asked[tuple[CursorSlug]], country: OfCountry = None
) -> Page[ProducerLine]:  # fmt: skip
    """Producers, in the order of their addresses."""
    rows = await reading.producer_page.many(tx, "" if asked.after is None else asked.after[0], country, asked.rows)
    return _PRODUCERS.page(rows, asked.limit, lambda row: (row.slug,))


@routes.get("/producers/{slug:str}", scope=PUBLIC, raises=(ProducerNotFound,))
async def get_producer(slug: PathSlug, tx: Read) -> ProducerLine:
    """A producer of wines."""
    found = await reading.producer_of.one_or_none(tx, slug)
    if found is None:
        raise ProducerNotFound(slug=slug)
    return found
