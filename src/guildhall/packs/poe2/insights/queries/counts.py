"""Numbers of people by value, added up from changes, and the figures that are made of them."""

from datetime import datetime

from guildhall.db.statements import command, rows
from guildhall.ids import UserId
from guildhall.packs.poe2.insights.schemas.stored import Scope, Source


@rows(
    bool,
    """
    select exists (select from poe2.meta_changes) or exists (select from poe2.meta_count_changes)
        or exists (select from poe2.meta_scopes where changed or least is distinct from :least) as due
    """,
    proven=("due",),
)
def anything_changed(least: int) -> None: ...


@rows(
    int,
    """
    with taken as (
        delete from poe2.meta_count_changes
        where id in (select id from poe2.meta_count_changes order by id limit :limit)
        returning source, league, week, facet, people
    ), touched as (
        insert into poe2.meta_scopes (source, league, week)
        select distinct source, league, week from taken
        on conflict (source, league, week) do update set changed = true
    ), sums as (
        select source, league, week, facet, sum(people)::int as people from taken
        group by source, league, week, facet having sum(people) <> 0
    ), changed as (
        update poe2.meta_counts c set people = c.people + s.people from sums s
        where (c.source, c.league, c.week, c.facet) = (s.source, s.league, s.week, s.facet)
          and c.people + s.people <> 0
    ), gone as (
        delete from poe2.meta_counts c using sums s
        where (c.source, c.league, c.week, c.facet) = (s.source, s.league, s.week, s.facet)
          and c.people + s.people = 0
    ), added as (
        insert into poe2.meta_counts (source, league, week, facet, people)
        select s.source, s.league, s.week, s.facet, s.people from sums s
        where not exists (select from poe2.meta_counts c
                          where (c.source, c.league, c.week, c.facet) = (s.source, s.league, s.week, s.facet))
    )
    select count(*)::int as taken from taken
    """,
    proven=("taken",),
)
def add_up(limit: int) -> None:
    """Add changes to the numbers of people, the oldest first; how many there were."""


_OF = "source = :source and league = :league and week = :week"


@rows(
    Scope,
    """
    select source, league, week from poe2.meta_scopes
    where changed or least is distinct from :least
    order by counted_at nulls first, source, league, week limit :limit
    """,
)
def scopes_to_make(least: int, limit: int) -> None:
    """Scopes whose figures are made anew, those that waited longest first."""


@command(
    f"""
    insert into poe2.meta_figures as f (source, league, week, dimension, value, people)
    select c.source, c.league, c.week, split_part(c.facet, ':', 1), substr(c.facet, strpos(c.facet, ':') + 1),
           case when :exact::boolean then c.people else (c.people + :least / 2) / :least * :least end
    from poe2.meta_counts c
    where {_OF} and c.people >= :least::int and c.facet <> 'all:'
    on conflict (source, league, week, dimension, value) do update set people = excluded.people
    where f.people <> excluded.people
    """
)
def make_figures(source: Source, league: str, week: int, least: int, exact: bool) -> None:
    """Write the figures of a scope; see `rules.shares.told`."""


@command(
    f"""
    delete from poe2.meta_figures f
    where {_OF} and not exists (
        select from poe2.meta_counts c
        where c.source = f.source and c.league = f.league and c.week = f.week
          and c.facet = f.dimension || ':' || f.value and c.people >= :least::int
    )
    """
)
def drop_figures(source: Source, league: str, week: int, least: int) -> None:
    """Remove figures that too few people are behind."""


@command(f"delete from poe2.meta_claims where {_OF}")
def drop_claims(source: Source, league: str, week: int) -> None: ...


def _two_digits(number: str) -> str:
    """SQL of a positive number in two significant digits: the middle one of five is the number of one of them."""
    return f"round(({number})::numeric, 1 - floor(log(({number})::numeric))::int)::float8"


def _claims(name: str) -> str:
    """SQL of a claim's number of people, and its median where enough have it."""
    people = f"count(distinct e.user_id) filter (where e.{name} is not null)"
    median = f"percentile_cont(0.5) within group (order by e.{name}) filter (where e.{name} is not null)"
    told = f"case when :exact::boolean then {people} else ({people} + :least / 2) / :least * :least end"
    return f"""case when {people} >= :least::int then {told} end,
           case when {people} >= :least::int then {_two_digits(median)} end"""


@command(
    f"""
    insert into poe2.meta_claims
        (source, league, week, calculated_by, dps_people, dps_median, ehp_people, ehp_median)
    select e.source, e.league, e.week, e.calculated_by, {_claims("dps")}, {_claims("ehp")}
    from poe2.meta_entries e
    where {_OF} and e.calculated_by is not null
    group by e.source, e.league, e.week, e.calculated_by
    having greatest(count(distinct e.user_id) filter (where e.dps is not null),
                    count(distinct e.user_id) filter (where e.ehp is not null)) >= :least::int
    """
)
def make_claims(source: Source, league: str, week: int, least: int, exact: bool) -> None:
    """Write the medians of damage and hit points of a scope, for each calculator by itself."""


@command(
    f"""
    update poe2.meta_scopes s
    set changed = false, least = :least::int, counted_at = :now,
        people = case when t.people < :least then null when :exact::boolean then t.people
                      else (t.people + :least / 2) / :least * :least end,
        characters = case when t.people < :least then null when :exact then t.characters
                          else (t.characters + :least / 2) / :least * :least end,
        level_median = case when t.people >= :least then t.level_median end
    from (
        select count(distinct user_id)::int as people, count(*)::int as characters,
               round(percentile_cont(0.5) within group (order by level))::int as level_median
        from poe2.meta_entries where {_OF}
    ) t
    where s.source = :source and s.league = :league and s.week = :week
    """
)
def sum_up_scope(source: Source, league: str, week: int, least: int, exact: bool, now: datetime) -> None: ...


@command(
    f"""
    delete from poe2.meta_scopes s where {_OF} and not exists (
        select from poe2.meta_counts c where c.source = s.source and c.league = s.league and c.week = s.week
    )
    """
)
def drop_empty_scope(source: Source, league: str, week: int) -> None: ...


@rows(
    int,
    f"""
    with actual as (
        select a.facet, count(*)::int as people
        from (select distinct e.user_id, f.facet from poe2.meta_entries e, unnest(e.facets) f (facet) where {_OF}) a
        group by a.facet
    ), told as (
        select facet, people from poe2.meta_counts where {_OF}
    ), noted as (
        insert into poe2.meta_count_changes (source, league, week, facet, people)
        select :source, :league, :week, facet, coalesce(a.people, 0) - coalesce(t.people, 0)
        from actual a full join told t using (facet)
        where a.people is distinct from t.people
        returning id
    )
    select count(*)::int as corrected from noted
    """,
    proven=("corrected",),
)
def correct_counts(source: Source, league: str, week: int) -> None:
    """Compare the numbers of people of a scope with what counts, and note the differences; how many.

    Nothing may wait to be added up.
    """


@rows(
    Scope,
    """
    select source, league, week from poe2.meta_scopes
    where (source, league, week) > (:source::text, :league::text, :week::int)
    order by source, league, week limit :limit
    """,
)
def scopes_after(source: str, league: str, week: int, limit: int) -> None: ...


@command("insert into poe2.meta_recount (mark) values ('00000000-0000-0000-0000-000000000000') on conflict do nothing")
def begin_recount() -> None: ...


@rows(UserId, "select mark from poe2.meta_recount for update")
def recount_mark() -> None:
    """Lock a recount that was begun; the person up to whom everything is looked at again."""


@rows(UserId, "select id from core.users where id > :mark order by id limit :limit")
def people_after(mark: UserId, limit: int) -> None: ...


@command("update poe2.meta_recount set mark = :mark")
def move_recount(mark: UserId) -> None: ...


@command("delete from poe2.meta_recount")
def end_recount() -> None: ...
