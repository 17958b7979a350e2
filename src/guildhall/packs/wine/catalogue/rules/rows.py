"""Wines as rows of the catalogue: what a batch of them adds to each table."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from guildhall.ids import uuid7
from guildhall.packs.wine.catalogue.rules.given import GivenWine
from guildhall.packs.wine.catalogue.rules.grapes import Grape, grape_of
from guildhall.packs.wine.catalogue.rules.names import slug_of
from guildhall.packs.wine.catalogue.rules.species import RULE, derived

Row = dict[str, Any]


class Batch(Struct, frozen=True):
    """The rows of a batch by table, as JSON; things that several wines name are in it once."""

    regions: list[Row]
    parents: list[Row]
    producers: list[Row]
    grapes: list[Row]
    grape_names: list[Row]
    species: list[Row]
    wines: list[Row]
    wine_grapes: list[Row]
    vintages: list[Row]


def batch_of(source: str, wines: Sequence[GivenWine], slugs: Mapping[str, str]) -> Batch:
    """Return the rows of wines. `slugs` are the addresses, by id, of those that are in the catalogue already."""
    regions: dict[str, Row] = {}
    parents: dict[str, Row] = {}
    producers: dict[str, Row] = {}
    grapes: dict[str, Grape] = {}
    found = Batch([], [], [], [], [], [], [], [], [])
    for wine in {one.source_id: one for one in wines}.values():
        country, region = slug_of(wine.country), slug_of(wine.country, wine.region)
        if slug_of(wine.region) == country:  # a country that is one region
            region = country
        code = wine.country_code
        regions.setdefault(country, region_row(country, wine.country, code, "country"))
        regions.setdefault(region, region_row(region, wine.region, code, "region"))
        if region != country:
            parents[region] = {"slug": region, "parent": country}
        producer = slug_of(wine.producer, code)
        if producer not in producers or not producers[producer]["website"]:
            producers[producer] = {
                "id": uuid7(), "slug": producer, "name": wine.producer, "country_code": code, "website": wine.website,
            }  # fmt: skip
        slug = slugs.get(wine.source_id) or wine_slug(source, wine)
        named = {slug_of(one.name): one for one in map(grape_of, wine.grapes)}
        for key, grape in named.items():
            grapes.setdefault(key, grape)
        found.species.append(_species_row(slug, wine, list(named), region))
        found.wines.append(_wine_row(source, slug, wine, producer, region))
        found.wine_grapes.extend({"wine": slug, "grape": one, "position": at} for at, one in enumerate(named, 1))
        found.vintages.extend({"id": uuid7(), "wine": slug, "year": year} for year in dict.fromkeys(wine.vintages))
    found.regions.extend(regions.values())
    found.parents.extend(parents.values())
    found.producers.extend(producers.values())
    rows, names = grape_rows(grapes)
    found.grapes.extend(rows)
    found.grape_names.extend(names)
    return found


def wine_slug(source: str, wine: GivenWine) -> str:
    """Return the address of a new wine. Wines of others have their id in it, for names repeat."""
    slug = slug_of(wine.producer, wine.name)
    return slug if source == "guildhall" else f"{slug}-{wine.source_id.lower().replace('_', '-')}"


def region_row(slug: str, name: str, code: str, kind: str) -> Row:
    """Return a region's row."""
    return {"id": uuid7(), "slug": slug, "name": name, "country_code": code, "kind": kind}


def grape_rows(grapes: Mapping[str, Grape]) -> tuple[list[Row], list[Row]]:
    """Return the rows of grapes by their addresses, and those of all their names."""
    rows = [{"id": uuid7(), "slug": slug, "name": one.name, "colour": one.colour} for slug, one in grapes.items()]
    names = [{"name": name, "slug": slug} for slug, one in grapes.items() for name in (one.name, *one.synonyms)]
    return rows, names


def _species_row(slug: str, wine: GivenWine, grapes: list[str], region: str) -> Row:
    species = derived(wine)
    return {
        "id": uuid7(), "slug": slug, "name": wine.name, "primary_type": species.primary_type,
        "secondary_type": species.secondary_type, "base_stats": species.base_stats,
        "growth_curve": species.growth_curve, "evolution_trigger": species.evolution_trigger,
        "breeding_group": species.breeding_group, "grape_varieties": grapes, "typical_regions": [region],
        "rule_version": RULE,
    }  # fmt: skip


def _wine_row(source: str, slug: str, wine: GivenWine, producer: str, region: str) -> Row:
    return {
        "id": uuid7(), "source": source, "source_id": wine.source_id, "slug": slug, "name": wine.name,
        "producer": producer, "region": region, "style": wine.style, "body": wine.body, "acidity": wine.acidity,
        "sweetness": wine.sweetness, "alcohol": wine.alcohol, "ratings": wine.ratings,
    }  # fmt: skip
