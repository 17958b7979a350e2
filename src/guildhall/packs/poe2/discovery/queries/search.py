"""The search itself. It finds matches by the index of words alone, whatever plan is made: there is no other way."""

from guildhall.core.social.blocks.fragments import not_blocked
from guildhall.db.statements import rows
from guildhall.ids import UserId
from guildhall.packs.poe2.discovery.rules.words import ReadWord
from guildhall.packs.poe2.discovery.schemas import Facet, FacetCount, FoundRow, Known, Tops

_CARD = """b.id, b.short_id, b.user_id, b.author, b.title, b.class as class_name, b.ascendancy, b.level, b.main_skill,
    b.calculator, b.tree_version, b.dps, b.ehp, b.uniques, b.league, b.patch_version, b.complexity, b.tags, b.language,
    b.is_featured, b.views, b.likes, coalesce(r.reviews, 0) as reviews,
    case when r.reviews > 0 then r.rating_sum::double precision / r.reviews end as rating,
    case when r.reviews > 0 then r.lower_bound end as rating_from, b.published_at"""
_BUILDS = """join poe2.build_templates b on b.id = f.build_template_id and b.visibility = 'public'
    left join poe2.build_ratings r on r.build_template_id = b.id"""
_APART = not_blocked(":viewer::uuid", "s.user_id")
_PROVEN = ("score", "number", "matches", "reviews", "published_at")


def _search(score: str) -> str:
    """SQL of a search in the order of a rank. Matches are found before they are ordered, by no index of the rank."""
    return f"""
    with found as materialized (
        select s.build_template_id, s.user_id, s.{score}::bigint as score, s.number, s.facets
        from poe2.build_search s where s.words @@ :terms::text::tsquery
    ), kept as materialized (
        select * from found s
        where (s.score, s.number) < (:score::bigint, :number::bigint) and (:viewer::uuid is null or {_APART})
    ), best as materialized (
        select * from kept order by score desc, number desc limit greatest(:rows::int, :counted::int)
    ), counts as (
        select jsonb_object_agg(c.facet, c.builds) as facets
        from (select f.facet, count(*) as builds from best, unnest(best.facets) f (facet) where :counted > 0
              group by f.facet) c
    )
    select f.score, f.number, (select count(*) from kept) as matches,
           case when row_number() over (order by f.score desc, f.number desc) = 1 then (select facets from counts) end
               as facets,
           {_CARD}
    from (select * from best order by score desc, number desc limit :rows) f {_BUILDS}
    order by f.score desc, f.number desc
    """


@rows(FoundRow, _search("number"), hot=True, proven=_PROVEN)
def found_by_number(terms: str, score: int, number: int, viewer: UserId | None, rows: int, counted: int) -> None:
    """Builds that match, the latest published first; the first row has the counts of the first `counted`."""


@rows(FoundRow, _search("likes"), hot=True, proven=_PROVEN)
def found_by_likes(terms: str, score: int, number: int, viewer: UserId | None, rows: int, counted: int) -> None: ...


@rows(FoundRow, _search("rating"), hot=True, proven=_PROVEN)
def found_by_rating(terms: str, score: int, number: int, viewer: UserId | None, rows: int, counted: int) -> None: ...


@rows(FoundRow, _search("trending"), hot=True, proven=_PROVEN)
def found_by_trending(terms: str, score: int, number: int, viewer: UserId | None, rows: int, counted: int) -> None: ...


# builds that have changed since the bitmaps were made are looked at beside those that were picked
_CANDIDATES = """
    with asked as materialized (
        select unnest(:numbers::bigint[]) as number
        union select c.number from poe2.build_bitmap_changes c where :changed::boolean
    )"""
# one by one: a generic plan would rather read all builds with the words
_LOOKED_AT = """asked a
        cross join lateral (select * from poe2.build_search o where o.number = a.number offset 0) s"""
_FRESH = "(select t.version from poe2.build_bitmap_state t) <= :version::bigint"


def _picked(score: str) -> str:
    """SQL of builds that were picked by bitmaps, down to a floor: those that match now."""
    return f"""{_CANDIDATES},
    best as materialized (
        select s.build_template_id, s.{score}::bigint as score, s.number
        from {_LOOKED_AT}
        where s.words @@ (select :terms::text::tsquery) and {_FRESH}
          and (s.{score}, s.number) < (:score::bigint, :number::bigint)
          and (s.{score}, s.number) >= (:floor_score::bigint, :floor_number::bigint)
          and (:viewer::uuid is null or {_APART})
        order by s.{score} desc, s.number desc limit :rows
    )
    select f.score, f.number, 0::bigint as matches, null::jsonb as facets, {_CARD}
    from best f {_BUILDS}
    order by f.score desc, f.number desc
    """


@rows(FoundRow, _picked("number"), hot=True, proven=_PROVEN)
def picked_by_number(
    terms: str, version: int, numbers: list[int], changed: bool, score: int, number: int, floor_score: int,
    floor_number: int, viewer: UserId | None, rows: int,
) -> None:  # fmt: skip
    """Builds of some numbers, and with `changed` those that have changed, that match; none if bitmaps are newer."""


@rows(FoundRow, _picked("likes"), hot=True, proven=_PROVEN)
def picked_by_likes(
    terms: str, version: int, numbers: list[int], changed: bool, score: int, number: int, floor_score: int,
    floor_number: int, viewer: UserId | None, rows: int,
) -> None: ...  # fmt: skip


@rows(FoundRow, _picked("rating"), hot=True, proven=_PROVEN)
def picked_by_rating(
    terms: str, version: int, numbers: list[int], changed: bool, score: int, number: int, floor_score: int,
    floor_number: int, viewer: UserId | None, rows: int,
) -> None: ...  # fmt: skip


@rows(FoundRow, _picked("trending"), hot=True, proven=_PROVEN)
def picked_by_trending(
    terms: str, version: int, numbers: list[int], changed: bool, score: int, number: int, floor_score: int,
    floor_number: int, viewer: UserId | None, rows: int,
) -> None: ...  # fmt: skip


@rows(
    list[str],
    f"""{_CANDIDATES}
    select s.facets from {_LOOKED_AT}
    where (not :changed::boolean or s.words @@ (select :terms::text::tsquery)) and {_FRESH}
      and (:viewer::uuid is null or {_APART})
    """,
    hot=True,
)
def facets_of(terms: str, version: int, numbers: list[int], changed: bool, viewer: UserId | None) -> None:
    """The facets of some builds; with `changed`, of those that match now, and changed ones beside; none if bitmaps are
    newer.

    A sample is not matched again, which costs most of the look: a build that is no longer public has no row.
    """


@rows(
    ReadWord,
    """
    select tsvector_to_array(to_tsvector('simple', w.word)) as plain,
           tsvector_to_array(to_tsvector(coalesce(poe2.text_config(:language::text), 'simple'), w.word)) as stemmed,
           lower(w.word) as lowered
    from unnest(:words::text[]) with ordinality w (word, place)
    order by w.place
    """,
    proven=("plain", "stemmed", "lowered"),
)
def read_words(words: list[str], language: str | None) -> None:
    """The lexemes of words, and words in small letters, in their order."""


@rows(
    Known,
    """
    select lower(t.term) as term,
           case when t.beginning then (
               select sum(k.share) from (
                   select share from poe2.build_search_terms where term like t.pattern limit 100
               ) k
           ) else (select k.share from poe2.build_search_terms k where k.term = lower(t.term)) end as share
    from unnest(:terms::text[], :beginnings::boolean[], :patterns::text[]) with ordinality
        t (term, beginning, pattern, place)
    order by t.place
    """,
    proven=("term",),
)
def known_terms(terms: list[str], beginnings: list[bool], patterns: list[str]) -> None:
    """Terms in small letters with the share of builds that have them; null for one that few have."""


@rows(
    Tops,
    """
    select coalesce((select max(number) from poe2.build_search), -1) as number,
           coalesce((select max(likes) from poe2.build_search), 0) as likes,
           coalesce((select max(rating) from poe2.build_search), 0) as rating,
           coalesce((select max(trending) from poe2.build_search), 0) as trending
    """,
    hot=True,
    proven=("number", "likes", "rating", "trending"),
)
def tops() -> None:
    """The largest value of each rank."""


@rows(
    FoundRow,
    f"""
    select f.number::bigint as score, f.number, 0::bigint as matches, null::jsonb as facets, {_CARD}
    from (
        select s.build_template_id, s.number from poe2.build_search s
        where s.user_id = :author and s.number < :number::bigint and (:viewer::uuid is null or {_APART})
        order by s.number desc limit :rows
    ) f {_BUILDS}
    order by f.number desc
    """,
    hot=True,
    proven=_PROVEN,
)
def builds_by(author: UserId, number: int, viewer: UserId | None, rows: int) -> None:
    """Public builds of an author, the latest published first."""


@rows(
    FacetCount,
    """
    select value, builds from poe2.build_search_values v
    where facet = :facet and lower(value) like lower(:pattern::text)
      -- a value of few builds may be one that is no longer public
      and (v.builds > 20 or exists (
            select from poe2.build_search s
            where s.words @@ array_to_tsvector(array['=' || lower(v.facet || ':' || v.value)])::text::tsquery))
    order by builds desc, value
    limit :limit
    """,
    hot=True,
)
def facet_values(facet: Facet, pattern: str, limit: int) -> None:
    """Values of a facet with a beginning, those that most builds have first."""
