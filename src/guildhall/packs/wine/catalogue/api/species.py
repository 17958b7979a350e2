"""Species: what wines are in the world."""

from guildhall.db.pages import Cursor, Page
from guildhall.packs.wine.catalogue.api.parameters import (
    CursorSlug,
    InRegion,
    OfGrape,
    OfRarity,
    OfStyle,
    OfType,
    PathSlug,
)
from guildhall.packs.wine.catalogue.errors import SpeciesNotFound
from guildhall.packs.wine.catalogue.queries import reading
from guildhall.packs.wine.catalogue.schemas import Species, SpeciesLine
from guildhall.packs.wine.world.rules.stats import STATS
from guildhall.web.route import PUBLIC, Asked, Pages, Read, Routes

routes = Routes("/api/v1/wine/species")

_SPECIES = Cursor("wine.species", 1, tuple[CursorSlug])


@routes.get("/", scope=PUBLIC, pages=Pages(_SPECIES, 50))
async def list_species(
    tx: Read,
    asked: Asked[tuple[CursorSlug]],
    type_: OfType = None,
    rarity: OfRarity = None,
    style: OfStyle = None,
    grape: OfGrape = None,
    region: InRegion = None,
) -> Page[SpeciesLine]:
    """Species, in the order of their addresses."""
    after = "" if asked.after is None else asked.after[0]
    rows = await reading.species_page.many(tx, after, type_, rarity, style, grape, region, asked.rows)
    return _SPECIES.page(rows, asked.limit, lambda row: (row.slug,))


@routes.get("/{slug:str}", scope=PUBLIC, raises=(SpeciesNotFound,))
async def get_species(slug: PathSlug, tx: Read) -> Species:
    """A species: its types, base stats, rarity, growth, evolution and breeding groups.

    They follow from the facts of its wine by a rule, whose version is told. Rarity follows from how many people have
    rated the wine, among all wines of the catalogue.
    """
    row = await reading.species_of.one_or_none(tx, slug)
    if row is None:
        raise SpeciesNotFound(slug=slug)
    return Species(
        row.slug, row.name, row.producer, row.region, row.style, row.primary_type, row.secondary_type, row.rarity_base,
        row.rarity, dict(zip(STATS, row.base_stats, strict=True)), row.growth_curve, row.evolution_trigger,
        row.breeding_group, row.grape_varieties, row.typical_regions, row.rule_version,
    )  # fmt: skip
