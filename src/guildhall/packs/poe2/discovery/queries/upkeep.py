"""Upkeep of the search: ranks that follow counts, how common words are, and the rebuild."""

from guildhall.db.statements import command, rows
from guildhall.packs.poe2.discovery.schemas import BlockCount


@rows(
    bool,
    """
    select exists (select from poe2.build_rank_changes) or exists (select from poe2.build_bitmap_changes) as changed
    """,
    proven=("changed",),
)
def ranks_changed() -> None: ...


@rows(
    int,
    """
    with changes as (
        delete from poe2.build_rank_changes
        where id in (select id from poe2.build_rank_changes order by id limit :limit)
        returning build_template_id
    ), changed as (
        select s.build_template_id, b.likes, b.views,
               coalesce(floor(r.lower_bound * 100)::int, 0) as rating,
               greatest(s.heat - h.now, -100) as heat,
               (b.likes - s.likes) * 5 + greatest(b.views - s.views, 0) as events, h.now
        from (select distinct build_template_id from changes) c
        join poe2.build_search s using (build_template_id)
        join poe2.build_templates b on b.id = s.build_template_id
        left join poe2.build_ratings r on r.build_template_id = s.build_template_id
        cross join (select poe2.heat_at(now()) as now) h
    ), heated as (
        select c.*, case when c.events = 0 then null
            else c.now + ln(greatest(power(2, c.heat) + c.events, power(2, c.heat) / 32)) / ln(2) end as warmer
        from changed c
    ), written as (
        update poe2.build_search s
        set likes = h.likes, views = h.views, rating = h.rating, heat = coalesce(h.warmer, s.heat),
            trending = poe2.trending_of(coalesce(h.warmer, s.heat)),
            words = ts_delete(s.words, poe2.rank_lexemes(s.number, s.likes, s.rating, s.trending))
                || array_to_tsvector(poe2.rank_lexemes(
                    s.number, h.likes, h.rating, poe2.trending_of(coalesce(h.warmer, s.heat))))
        from heated h
        where s.build_template_id = h.build_template_id
          and (s.likes, s.views, s.rating) is distinct from (h.likes, h.views, h.rating)
    )
    select count(*)::int as changes from changes
    """,
    proven=("changes",),
)
def follow_ranks(limit: int) -> None:
    """Bring the ranks of builds up to their counts; how many changes. One worker at a time does it."""


@command("delete from poe2.build_search_terms")
def forget_terms() -> None: ...


@command(
    """
    insert into poe2.build_search_terms (term, share)
    select t.term, least(1, greatest(0, t.share))
    from pg_stats p
    cross join unnest(p.most_common_elems::text::text[], p.most_common_elem_freqs) t (term, share)
    where p.schemaname = 'poe2' and p.tablename = 'build_search' and p.attname = 'words' and t.term is not null
    on conflict (term) do nothing
    """
)
def learn_terms() -> None:
    """Take over how common words are from the statistics of the table."""


@command("delete from poe2.build_search_blocks")
def forget_blocks() -> None: ...


@command(
    """
    insert into poe2.build_search_blocks (sort, block, builds)
    select 'likes', poe2.likes_block(likes), count(*) from poe2.build_search group by 2
    union all select 'rating', rating, count(*) from poe2.build_search group by 2
    union all select 'trending', trending, count(*) from poe2.build_search group by 2
    """
)
def count_blocks() -> None: ...


@command("delete from poe2.build_search_values")
def forget_values() -> None: ...


@command(
    """
    insert into poe2.build_search_values (facet, value, builds)
    select split_part(f.facet, ':', 1), substr(f.facet, strpos(f.facet, ':') + 1), count(*)
    from poe2.build_search s, unnest(s.facets) f (facet)
    group by f.facet
    """
)
def count_values() -> None: ...


@rows(BlockCount, "select sort, block, builds from poe2.build_search_blocks")
def blocks() -> None: ...


@command("insert into poe2.build_search_rebuild (mark) values (0) on conflict (singleton) do nothing")
def begin_rebuild() -> None: ...


@rows(int, "select mark from poe2.build_search_rebuild for update")
def rebuild_mark() -> None:
    """Lock a rebuild that was begun, and return its checkpoint: the number up to which builds are done."""


@command("delete from poe2.build_search_rebuild")
def end_rebuild() -> None: ...


@command("update poe2.build_search_rebuild set mark = :mark")
def move_rebuild(mark: int) -> None: ...


@rows(int, "select count(*) from poe2.build_templates where visibility = 'public' and publication > :mark")
def builds_after(mark: int) -> None: ...


@rows(
    int,
    """
    select b.publication from poe2.build_templates b
    where b.visibility = 'public' and b.publication > :mark
    order by b.publication limit :limit
    """,
    proven=("publication",),
)
def next_publications(mark: int, limit: int) -> None: ...


@rows(
    int,
    """
    select count(poe2.index_build(b))::int as builds
    from (
        select t.* from poe2.build_templates t
        where t.visibility = 'public' and t.publication > :mark and t.publication <= :last
        for update of t
    ) b
    """,
    proven=("builds",),
)
def index_builds(mark: int, last: int) -> None:
    """Write builds anew into the search."""


@command(
    """
    insert into poe2.build_rank_changes (build_template_id)
    select s.build_template_id from poe2.build_search s where s.number > :mark and s.number <= :last
    """
)
def note_ranks(mark: int, last: int) -> None: ...
