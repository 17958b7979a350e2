"""Statements that read the catalogue."""

from guildhall.db.statements import rows
from guildhall.packs.wine.catalogue.schemas import (
    GrapeLine,
    ProducerLine,
    RegionLine,
    RegionPage,
    SpeciesLine,
    SpeciesRow,
    Vintage,
    WineLine,
    WinePage,
)

_BELOW = """
    with recursive below (id) as (
        select r.id from wine.regions r where r.slug = :region
        union
        select p.region_id from below b join wine.region_parents p on p.parent_id = b.id
    )
"""
_OF_SPECIES = """
    from wine.wine_species s
    join wine.catalogue_wines w on w.species_id = s.id
    join wine.producers p on p.id = w.producer_id
    join wine.regions r on r.id = w.region_id
    join wine.rarity_tiers t on t.rarity = s.rarity_base
"""
_OF_WINES = """
    from wine.catalogue_wines w
    join wine.producers p on p.id = w.producer_id
    join wine.regions r on r.id = w.region_id
"""


@rows(
    SpeciesLine,
    f"""
    {_BELOW}
    select s.slug, s.name, p.name as producer, r.name as region, w.style, s.primary_type, s.secondary_type,
           s.rarity_base, t.name as rarity
    {_OF_SPECIES}
    where s.slug > :after
      and (:type::text is null or s.primary_type = :type or s.secondary_type = :type)
      and (:rarity::int is null or s.rarity_base = :rarity)
      and (:style::text is null or w.style = :style)
      and (:grape::text is null or s.grape_varieties @> array[:grape]::text[])
      and (:region::text is null or w.region_id in (select id from below))
    order by s.slug
    limit :limit
    """,
)
def species_page(
    after: str,
    type: str | None,
    rarity: int | None,
    style: str | None,
    grape: str | None,
    region: str | None,
    limit: int,
) -> None:
    """Species behind an address; those of a region are also of what lies within it."""


@rows(
    SpeciesRow,
    f"""
    select s.slug, s.name, p.name as producer, r.name as region, w.style, s.primary_type, s.secondary_type,
           s.rarity_base, t.name as rarity, s.base_stats, s.growth_curve, s.evolution_trigger, s.breeding_group,
           s.grape_varieties, s.typical_regions, s.rule_version
    {_OF_SPECIES}
    where s.slug = :slug
    """,
)
def species_of(slug: str) -> None:
    """A species by its address."""


@rows(
    WineLine,
    f"""
    {_BELOW}
    select w.slug, w.name, p.name as producer, p.slug as producer_slug, r.name as region, r.slug as region_slug,
           w.style, w.alcohol::float8 as alcohol, w.ratings
    {_OF_WINES}
    where w.slug > :after
      and (:producer::text is null or p.slug = :producer)
      and (:region::text is null or w.region_id in (select id from below))
      and (:style::text is null or w.style = :style)
      and (:year::int is null or exists (select from wine.vintages v where v.wine_id = w.id and v.year = :year))
    order by w.slug
    limit :limit
    """,
    proven=("alcohol",),
)
def wine_page(
    after: str, producer: str | None, region: str | None, style: str | None, year: int | None, limit: int
) -> None:
    """Wines behind an address."""


@rows(
    WinePage,
    f"""
    select w.slug, w.name, p.name as producer, p.slug as producer_slug, r.name as region, r.slug as region_slug,
           w.style, w.alcohol::float8 as alcohol, w.ratings,
           (w.half_stars::float8 / 2 / nullif(w.ratings, 0)) as stars, w.body, w.acidity, w.sweetness,
           array(select g.name from wine.catalogue_wine_grapes o join wine.grapes g on g.id = o.grape_id
                 where o.wine_id = w.id order by o.position) as grapes,
           (select count(*) from wine.vintages v where v.wine_id = w.id)::int as vintages, w.source
    {_OF_WINES}
    where w.slug = :slug
    """,
    proven=("alcohol", "grapes", "vintages"),
)
def wine_of(slug: str) -> None:
    """A wine by its address."""


@rows(
    Vintage,
    """
    select v.year, v.ratings from wine.vintages v join wine.catalogue_wines w on w.id = v.wine_id
    where w.slug = :slug and coalesce(v.year, 0) < :before::int
    order by coalesce(v.year, 0) desc
    limit :limit
    """,
)
def vintage_page(slug: str, before: int, limit: int) -> None:
    """Vintages of a wine before a year, the latest first; the one without a year is the last."""


@rows(
    ProducerLine,
    """
    select slug, name, country_code, website from wine.producers
    where slug > :after and (:country::text is null or country_code = :country)
    order by slug limit :limit
    """,
)
def producer_page(after: str, country: str | None, limit: int) -> None:
    """Producers behind an address."""


@rows(ProducerLine, "select slug, name, country_code, website from wine.producers where slug = :slug")
def producer_of(slug: str) -> None: ...


@rows(
    RegionLine,
    """
    select r.slug, r.name, r.country_code, r.kind from wine.regions r
    where r.slug > :after
      and (:country::text is null or r.country_code = :country)
      and (:kind::text is null or r.kind = :kind)
      and (:within::text is null or exists (
          select from wine.region_parents o join wine.regions p on p.id = o.parent_id
          where o.region_id = r.id and p.slug = :within
      ))
    order by r.slug limit :limit
    """,
)
def region_page(after: str, country: str | None, kind: str | None, within: str | None, limit: int) -> None:
    """Regions behind an address; those within another are those directly within it."""


@rows(
    RegionPage,
    f"""
    {_BELOW}
    select r.slug, r.name, r.country_code, r.kind,
           array(select p.slug from wine.region_parents o join wine.regions p on p.id = o.parent_id
                 where o.region_id = r.id order by p.slug) as within,
           (select count(*) from wine.catalogue_wines w where w.region_id in (select id from below))::int as wines
    from wine.regions r
    where r.slug = :region
    """,
    proven=("within", "wines"),
)
def region_of(region: str) -> None:
    """A region by its address."""


_GRAPE = """
    select g.slug, g.name, g.colour,
           array(select n.name from wine.grape_names n where n.grape_id = g.id and n.name <> g.name order by n.name)
               as synonyms
    from wine.grapes g
"""


@rows(
    GrapeLine,
    f"""
    {_GRAPE}
    where g.slug > :after and (:colour::text is null or g.colour = :colour)
    order by g.slug limit :limit
    """,
    proven=("synonyms",),
)
def grape_page(after: str, colour: str | None, limit: int) -> None:
    """Grapes behind an address."""


@rows(
    GrapeLine,
    f"""
    {_GRAPE}
    where g.slug = :name or g.id = (select grape_id from wine.grape_names where name_key = wine.name_key(:name))
    order by g.slug <> :name
    limit 1
    """,
    proven=("synonyms",),
)
def grape_of(name: str) -> None:
    """A grape by its address, or by any of its names."""
