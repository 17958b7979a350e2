"""Statements of the search over wines."""

from guildhall.db.statements import command, rows
from guildhall.packs.wine.catalogue.schemas import FacetLine, FoundWine


@command(
    """
    with words as (
        select w.id, wine.words_of(concat_ws(' ', w.name, p.name, r.name, (
            select string_agg(n.name, ' ') from wine.catalogue_wine_grapes o
            join wine.grape_names n on n.grape_id = o.grape_id
            where o.wine_id = w.id
        ))) as words
        from wine.catalogue_wines w
        join wine.producers p on p.id = w.producer_id
        join wine.regions r on r.id = w.region_id
        where w.slug = any(:slugs::text[])
    ), added as (
        insert into wine.search_words (word)
        select distinct word from words cross join unnest(words) word where char_length(word) <= 200 order by word
        on conflict do nothing
    )
    insert into wine.wine_search as s (wine_id, words)
    select id, words from words
    on conflict (wine_id) do update set words = excluded.words where s.words <> excluded.words
    """
)
def index_wines(slugs: list[str]) -> None:
    """Write the words of wines for the search."""


@command(
    """
    with counted as (
        select word, count(*)::int as uses from wine.wine_search cross join unnest(words) word group by word
    )
    update wine.search_words v set uses = coalesce(c.uses, 0)
    from wine.search_words o left join counted c on c.word = o.word
    where o.word = v.word and v.uses <> coalesce(c.uses, 0)
    """
)
def count_words() -> None:
    """Count anew how many wines have each word."""


@rows(
    FoundWine,
    """
    select f.slug, w.name, p.name as producer, r.name as region, w.style, s.primary_type, s.secondary_type,
           s.rarity_base, f.score
    from wine.search_wines(:wanted, :type, :region, :grape, :rarity, :style) f
    join wine.catalogue_wines w on w.id = f.wine_id
    join wine.wine_species s on s.id = f.species_id
    join wine.producers p on p.id = w.producer_id
    join wine.regions r on r.id = w.region_id
    where f.score < :score::int or (f.score = :score and f.slug > :after::text)
    order by f.score desc, f.slug
    limit :limit
    """,
    proven=("slug", "score"),
)
def found_wines(
    wanted: str,
    type: str | None,
    region: str | None,
    grape: str | None,
    rarity: int | None,
    style: str | None,
    score: int,
    after: str,
    limit: int,
) -> None:
    """Wines that a search finds behind a place, the best first."""


@rows(
    FacetLine,
    """
    with found as materialized (
        select w.style, s.primary_type, s.secondary_type, t.name as rarity, s.grape_varieties, r.country_code
        from wine.search_wines(:wanted, :type, :region, :grape, :rarity, :style) f
        join wine.catalogue_wines w on w.id = f.wine_id
        join wine.wine_species s on s.id = f.species_id
        join wine.rarity_tiers t on t.rarity = s.rarity_base
        join wine.regions r on r.id = w.region_id
    ), counted as (
        select 'style' as facet, style as value, count(*)::int as wines from found group by style
        union all
        select 'type', type, count(*)::int
        from found cross join lateral (select unnest(array[primary_type, secondary_type])) t (type)
        where type is not null group by type
        union all
        select 'rarity', rarity, count(*)::int from found group by rarity
        union all
        select 'country', country_code, count(*)::int from found group by country_code
        union all
        select 'grape', grape, count(*)::int from found cross join unnest(grape_varieties) grape group by grape
    )
    select facet, value, wines from (
        select *, row_number() over (partition by facet order by wines desc, value) as place from counted
    ) c
    where place <= :most::int
    order by facet, place
    """,
    proven=("facet", "value", "wines"),
)
def facets_of(
    wanted: str,
    type: str | None,
    region: str | None,
    grape: str | None,
    rarity: int | None,
    style: str | None,
    most: int,
) -> None:
    """Numbers of wines of a search by the values of facets, the most frequent values first."""
