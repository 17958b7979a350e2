"""Structs of the catalogue: rows and answers."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from guildhall.packs.wine.catalogue.rules.given import Style
from guildhall.packs.wine.catalogue.rules.grapes import Colour
from guildhall.packs.wine.ids import CatalogueImportId
from guildhall.packs.wine.world.rules.stats import Stat
from guildhall.packs.wine.world.rules.types import WineType

FileKind = Literal["wines", "ratings", "areas"]
RegionKind = Literal["country", "region", "area"]
Facet = Literal["type", "style", "rarity", "country", "grape"]


class ImportRow(Struct, frozen=True):
    """An import of a file, and how far it is. `known` rows were there already as the file has them."""

    id: CatalogueImportId
    kind: FileKind
    file_name: str
    rows_done: int
    added: int
    changed: int
    known: int
    set_aside: int
    started_at: datetime
    finished_at: datetime | None


class Reason(Struct, frozen=True):
    """A reason for which rows were set aside, and the number of the first of them in the file."""

    reason: str
    rows: int
    first_row: int


class ImportReport(Struct, frozen=True):
    """The result of an import: its row, the reasons of what was set aside, and the species whose rarity moved."""

    file: ImportRow
    reasons: list[Reason]
    rarities_moved: int


class AreaRow(Struct, frozen=True):
    """A region, and the addresses of those that it lies within."""

    slug: str
    kind: RegionKind
    within: list[str]


class SpeciesLine(Struct, frozen=True):
    """One line of a list of species. `rarity_base` is the number of the tier `rarity`."""

    slug: str
    name: str
    producer: str
    region: str
    style: Style
    primary_type: WineType
    secondary_type: WineType | None
    rarity_base: int
    rarity: str


class SpeciesRow(Struct, frozen=True):
    """A species as it is stored, with the facts of its wine."""

    slug: str
    name: str
    producer: str
    region: str
    style: Style
    primary_type: WineType
    secondary_type: WineType | None
    rarity_base: int
    rarity: str
    base_stats: list[int]
    growth_curve: str
    evolution_trigger: str
    breeding_group: list[str]
    grape_varieties: list[str]
    typical_regions: list[str]
    rule_version: int


class Species(Struct, frozen=True):
    """A species. Grapes and regions are addresses of their own pages; `rule_version` is that of the rule behind it."""

    slug: str
    name: str
    producer: str
    region: str
    style: Style
    primary_type: WineType
    secondary_type: WineType | None
    rarity_base: int
    rarity: str
    base_stats: dict[Stat, int]
    growth_curve: str
    evolution_trigger: str
    breeding_group: list[str]
    grape_varieties: list[str]
    typical_regions: list[str]
    rule_version: int


class WineLine(Struct, frozen=True):
    """One line of a list of wines of the real world."""

    slug: str
    name: str
    producer: str
    producer_slug: str
    region: str
    region_slug: str
    style: Style
    alcohol: float
    ratings: int


class WinePage(Struct, frozen=True):
    """A wine of the real world. `stars` is the mean of its ratings, from 1 to 5; `source` is where its row is from."""

    slug: str
    name: str
    producer: str
    producer_slug: str
    region: str
    region_slug: str
    style: Style
    alcohol: float
    ratings: int
    stars: float | None
    body: int
    acidity: int
    sweetness: int
    grapes: list[str]
    vintages: int
    source: str


class Vintage(Struct, frozen=True):
    """A vintage of a wine; its year is null for a wine without one."""

    year: int | None
    ratings: int


class ProducerLine(Struct, frozen=True):
    """A producer."""

    slug: str
    name: str
    country_code: str
    website: str | None


class RegionLine(Struct, frozen=True):
    """A region; an area is one that a law draws."""

    slug: str
    name: str
    country_code: str
    kind: RegionKind


class RegionPage(Struct, frozen=True):
    """A region, those that it lies within, and how many wines are from it and from what lies within it."""

    slug: str
    name: str
    country_code: str
    kind: RegionKind
    within: list[str]
    wines: int


class GrapeLine(Struct, frozen=True):
    """A grape by its prime name, with its other names."""

    slug: str
    name: str
    colour: Colour | None
    synonyms: list[str]


class FoundWine(Struct, frozen=True):
    """A wine that a search finds. Its species has the same address. A higher `score` fits better."""

    slug: str
    name: str
    producer: str
    region: str
    style: Style
    primary_type: WineType
    secondary_type: WineType | None
    rarity_base: int
    score: int


class FacetLine(Struct, frozen=True):
    """A value of a facet, and how many of the wines found have it."""

    facet: Facet
    value: str
    wines: int


class Facets(Struct, frozen=True):
    """The values of all facets, the most frequent of each first."""

    values: list[FacetLine]
