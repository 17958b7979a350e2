"""Statements by which imports write the catalogue. Each takes many rows, as JSON."""

from typing import Any

from guildhall.db.statements import command, rows
from guildhall.packs.wine.catalogue.schemas import AreaRow


@rows(None, "select pg_advisory_xact_lock(hashtextextended('wine.catalogue', 0))")
def lock_catalogue() -> None:
    """Wait until no other import writes."""


@rows(
    tuple[str, str],
    "select source_id, slug from wine.catalogue_wines where source = :source and source_id = any(:source_ids::text[])",
)
def slugs_of(source: str, source_ids: list[str]) -> None:
    """The addresses of wines that are there already; they stay when a name changes."""


@command(
    """
    insert into wine.regions (id, slug, name, country_code, kind)
    select r.id, r.slug, r.name, r.country_code, r.kind
    from jsonb_to_recordset(:regions::jsonb) r (id uuid, slug text, name text, country_code text, kind text)
    order by r.slug
    on conflict (slug) do update set kind = excluded.kind
    where regions.kind = 'region' and excluded.kind = 'area'
    """
)
def add_regions(regions: Any) -> None:
    """Add regions that are not there; a region of which it is known now that it is an area becomes one."""


@command(
    """
    insert into wine.region_parents (region_id, parent_id)
    select c.id, p.id
    from jsonb_to_recordset(:pairs::jsonb) r (slug text, parent text)
    join wine.regions c on c.slug = r.slug
    join wine.regions p on p.slug = r.parent
    where c.id <> p.id and (c.kind = 'area') = :of_areas::bool
    order by c.slug, p.slug
    on conflict do nothing
    """
)
def add_region_parents(pairs: Any, of_areas: bool) -> None:
    """Add that regions lie within others: areas, of which their file alone says that, or others."""


@rows(
    AreaRow,
    """
    select r.slug, r.kind,
           array(select p.slug from wine.region_parents o join wine.regions p on p.id = o.parent_id
                 where o.region_id = r.id order by p.slug) as within
    from wine.regions r where r.slug = any(:slugs::text[])
    """,
    proven=("within",),
)
def areas_of(slugs: list[str]) -> None:
    """Regions as they are, to see what an import changes."""


@command(
    """
    delete from wine.region_parents rp
    using wine.regions c, wine.regions p
    where c.id = rp.region_id and p.id = rp.parent_id and c.kind = 'area'
      and c.slug = any(:slugs::text[])
      and not exists (
          select from jsonb_to_recordset(:pairs::jsonb) r (slug text, parent text)
          where r.slug = c.slug and r.parent = p.slug
      )
    """
)
def drop_other_parents(slugs: list[str], pairs: Any) -> None:
    """Take areas out of those regions within which their file does not say that they lie."""


@command(
    """
    insert into wine.producers (id, slug, name, country_code, website)
    select p.id, p.slug, p.name, p.country_code, nullif(p.website, '')
    from jsonb_to_recordset(:producers::jsonb) p (id uuid, slug text, name text, country_code text, website text)
    order by p.slug
    on conflict (slug) do update set website = excluded.website
    where producers.website is null and excluded.website is not null
    """
)
def add_producers(producers: Any) -> None:
    """Add producers that are not there; of others the first address that is known stays."""


@command(
    """
    insert into wine.grapes (id, slug, name, colour)
    select g.id, g.slug, g.name, g.colour
    from jsonb_to_recordset(:grapes::jsonb) g (id uuid, slug text, name text, colour text)
    order by g.slug
    on conflict (slug) do nothing
    """
)
def add_grapes(grapes: Any) -> None:
    """Add grapes that are not there."""


@command(
    """
    insert into wine.grape_names (name_key, name, grape_id)
    select distinct on (wine.name_key(n.name)) wine.name_key(n.name), n.name, g.id
    from jsonb_to_recordset(:names::jsonb) n (name text, slug text)
    join wine.grapes g on g.slug = n.slug
    order by wine.name_key(n.name), n.name
    on conflict do nothing
    """
)
def add_grape_names(names: Any) -> None:
    """Add names of grapes; one that is another grape's already stays that."""


@command(
    """
    insert into wine.wine_species (
        id, slug, name, primary_type, secondary_type, base_stats, growth_curve, evolution_trigger, breeding_group,
        grape_varieties, typical_regions, rule_version
    )
    select s.id, s.slug, s.name, s.primary_type, s.secondary_type, s.base_stats, s.growth_curve, s.evolution_trigger,
           s.breeding_group, s.grape_varieties, s.typical_regions, s.rule_version
    from jsonb_to_recordset(:species::jsonb) s (
        id uuid, slug text, name text, primary_type text, secondary_type text, base_stats smallint[], growth_curve text,
        evolution_trigger text, breeding_group text[], grape_varieties text[], typical_regions text[],
        rule_version smallint
    )
    order by s.slug
    on conflict (slug) do update set
        name = excluded.name, primary_type = excluded.primary_type, secondary_type = excluded.secondary_type,
        base_stats = excluded.base_stats, growth_curve = excluded.growth_curve,
        evolution_trigger = excluded.evolution_trigger, breeding_group = excluded.breeding_group,
        grape_varieties = excluded.grape_varieties, typical_regions = excluded.typical_regions,
        rule_version = excluded.rule_version
    where (wine_species.name, wine_species.primary_type, wine_species.secondary_type,
           wine_species.base_stats::smallint[], wine_species.growth_curve, wine_species.evolution_trigger,
           wine_species.breeding_group, wine_species.grape_varieties, wine_species.typical_regions,
           wine_species.rule_version)
        is distinct from
          (excluded.name, excluded.primary_type, excluded.secondary_type, excluded.base_stats::smallint[],
           excluded.growth_curve, excluded.evolution_trigger, excluded.breeding_group, excluded.grape_varieties,
           excluded.typical_regions, excluded.rule_version)
    """
)
def put_species(species: Any) -> None:
    """Add species, or change those that are there and differ; their rarity stays."""


@rows(
    tuple[str, bool],
    """
    insert into wine.catalogue_wines as w (
        id, source, source_id, slug, name, producer_id, region_id, species_id, style, body, acidity, sweetness, alcohol,
        ratings
    )
    select g.id, g.source, g.source_id, g.slug, g.name, p.id, r.id, s.id, g.style, g.body, g.acidity, g.sweetness,
           g.alcohol, coalesce(g.ratings, 0)
    from jsonb_to_recordset(:wines::jsonb) g (
        id uuid, source text, source_id text, slug text, name text, producer text, region text, style text,
        body smallint, acidity smallint, sweetness smallint, alcohol numeric(5, 2), ratings int
    )
    join wine.producers p on p.slug = g.producer
    join wine.regions r on r.slug = g.region
    join wine.wine_species s on s.slug = g.slug
    order by g.slug
    on conflict (slug) do update set
        name = excluded.name, producer_id = excluded.producer_id, region_id = excluded.region_id,
        style = excluded.style, body = excluded.body, acidity = excluded.acidity, sweetness = excluded.sweetness,
        alcohol = excluded.alcohol
    where (w.name, w.producer_id, w.region_id, w.style, w.body, w.acidity, w.sweetness, w.alcohol)
        is distinct from (excluded.name, excluded.producer_id, excluded.region_id, excluded.style, excluded.body,
                          excluded.acidity, excluded.sweetness, excluded.alcohol)
    returning slug, xmax = 0 as is_new
    """,
    proven=("is_new",),
)
def put_wines(wines: Any) -> None:
    """Add wines, or change those that differ; returns their addresses and whether they are new."""


@command(
    """
    with given as (
        select w.id as wine_id, g.id as grape_id, n.position
        from jsonb_to_recordset(:grapes::jsonb) n (wine text, grape text, position smallint)
        join wine.catalogue_wines w on w.slug = n.wine
        join wine.grapes g on g.slug = n.grape
    ), gone as (
        delete from wine.catalogue_wine_grapes o
        where o.wine_id in (select wine_id from given)
          and not exists (select from given n where n.wine_id = o.wine_id and n.grape_id = o.grape_id)
    )
    insert into wine.catalogue_wine_grapes as o (wine_id, grape_id, position)
    select wine_id, grape_id, position from given
    on conflict (wine_id, grape_id) do update set position = excluded.position where o.position <> excluded.position
    """
)
def put_wine_grapes(grapes: Any) -> None:
    """Make the grapes of wines those that are given."""


@command(
    """
    insert into wine.vintages (id, wine_id, year)
    select v.id, w.id, v.year
    from jsonb_to_recordset(:vintages::jsonb) v (id uuid, wine text, year smallint)
    join wine.catalogue_wines w on w.slug = v.wine
    on conflict (wine_id, year) do nothing
    """
)
def add_vintages(vintages: Any) -> None:
    """Add vintages; none goes, for bottles may be of it."""


@rows(
    tuple[str, bool],
    """
    with given as (
        select g.source_id, g.ratings, g.half_stars, g.vintages
        from jsonb_to_recordset(:ratings::jsonb) g (source_id text, ratings int, half_stars bigint, vintages jsonb)
    ), wines as (
        update wine.catalogue_wines w set ratings = g.ratings, half_stars = g.half_stars
        from given g
        where w.source = :source and w.source_id = g.source_id
          and (w.ratings, w.half_stars) <> (g.ratings, g.half_stars)
        returning w.id
    ), of_years as (
        insert into wine.vintages as v (id, wine_id, year, ratings)
        select y.id, w.id, y.year, y.ratings
        from given g
        join wine.catalogue_wines w on w.source = :source and w.source_id = g.source_id
        cross join lateral jsonb_to_recordset(g.vintages) y (id uuid, year smallint, ratings int)
        on conflict (wine_id, year) do update set ratings = excluded.ratings where v.ratings <> excluded.ratings
    )
    select w.source_id, exists (select from wines c where c.id = w.id) as is_changed
    from given g join wine.catalogue_wines w on w.source = :source and w.source_id = g.source_id
    """,
    proven=("is_changed",),
)
def put_ratings(source: str, ratings: Any) -> None:
    """Set the numbers of ratings; returns the wines that are known, and whether theirs changed."""


@rows(
    int,
    """
    with ranked as (
        select s.id, max(w.ratings) over () as most, count(*) over () as wines,
               row_number() over (order by w.ratings desc, v.vintages desc, md5(s.slug)) - 1 as before
        from wine.wine_species s
        join wine.catalogue_wines w on w.species_id = s.id
        cross join lateral (select count(*) from wine.vintages v where v.wine_id = w.id) v (vintages)
    ), tiers as (
        select rarity, sum(drop_weight) over (order by rarity) as upto, sum(drop_weight) over () as whole
        from wine.rarity_tiers
    ), found as (
        select r.id, case when r.most = 0 then 1::smallint else (
            select min(t.rarity) from tiers t where t.upto * r.wines > r.before * t.whole
        ) end as rarity
        from ranked r
    ), moved as (
        update wine.wine_species s set rarity_base = f.rarity
        from found f where f.id = s.id and s.rarity_base <> f.rarity
        returning s.id
    )
    select count(*)::int as moved from moved
    """,
    proven=("moved",),
)
def settle_rarities() -> None:
    """Give each species its tier by the rank of its wine among all: the more people rated it, the more common it is.

    Tiers have the shares of species that they have of drops. Of equally many ratings the wine with more vintages is the
    more common one, and then a hash of the address decides. Returns how many moved.
    """
