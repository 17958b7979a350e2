"""Figures as they are shown."""

from guildhall.db.statements import rows
from guildhall.packs.poe2.insights.rules.facets import Dimension
from guildhall.packs.poe2.insights.schemas.meta import Claim, FigureRow, MetaLeagueRow, ScopeRow, TrendRow
from guildhall.packs.poe2.insights.schemas.stored import LeagueStart, Source

_OF = "source = :source and league = :league and week = :week"


@rows(
    MetaLeagueRow,
    """
    with recursive shown as (
        (select league from poe2.meta_scopes where people is not null and league >= :first order by league limit 1)
        union all
        select (select s.league from poe2.meta_scopes s where s.people is not null and s.league > shown.league
                order by s.league limit 1)
        from shown where shown.league is not null
    )
    select g.league, l.starts_at, s.people as snapshot_people, s.characters as snapshot_characters,
           s.counted_at as snapshots_counted_at, b.people as build_people, b.characters as build_characters,
           b.counted_at as builds_counted_at
    from (
        select league from shown where league is not null and (:after::text is null or league > :after) limit :limit
    ) g
    left join poe2.meta_leagues l on l.league = g.league
    left join poe2.meta_scopes s on s.source = 'snapshots' and s.league = g.league and s.week = 0
    left join poe2.meta_scopes b on b.source = 'builds' and b.league = g.league and b.week = 0
    order by g.league
    """,
    proven=("league",),
)
def league_page(first: str, after: str | None, limit: int) -> None:
    """Leagues that have something to show, by name; `first` is the cursor's league or empty."""


@rows(LeagueStart, "select league, starts_at from poe2.meta_leagues where league = :league", hot=True)
def league_start(league: str) -> None: ...


@rows(
    ScopeRow,
    f"select people, characters, level_median, least, counted_at from poe2.meta_scopes where {_OF}",
    hot=True,
)
def scope(source: Source, league: str, week: int) -> None: ...


@rows(int, f"select people from poe2.meta_figures where {_OF} and dimension = :by and value = ''", hot=True)
def sample(source: Source, league: str, week: int, by: Dimension) -> None: ...


@rows(
    FigureRow,
    f"""
    select value, people from poe2.meta_figures
    where {_OF} and dimension = :by and value <> ''
      and (:people::int is null or people < :people or (people = :people and value > :value::text))
      and (:beginning::text is null or starts_with(value, :beginning))
    order by people desc, value
    limit :limit
    """,
    hot=True,
)
def figure_page(
    source: Source,
    league: str,
    week: int,
    by: Dimension,
    people: int | None,
    value: str | None,
    beginning: str | None,
    limit: int,
) -> None:
    """Values of a dimension, those that most people have first; with `beginning` those that begin so."""


@rows(
    TrendRow,
    """
    select s.week, v.people, m.people as sample
    from poe2.meta_scopes s
    left join poe2.meta_figures v on v.source = s.source and v.league = s.league and v.week = s.week
        and v.dimension = :by and v.value = :value
    left join poe2.meta_figures m on m.source = s.source and m.league = s.league and m.week = s.week
        and m.dimension = :by and m.value = ''
    where s.source = :source and s.league = :league and s.week > :after
      and s.week between :least_week::int and :most_week::int
    order by s.week
    limit :limit
    """,
    hot=True,
)
def trend_page(
    source: Source, league: str, by: Dimension, value: str, after: int, least_week: int, most_week: int, limit: int
) -> None:
    """The weeks of a league, the earliest first, with the people who have a value."""


@rows(
    Claim,
    f"""
    select calculated_by, dps_people, dps_median as dps, ehp_people, ehp_median as ehp from poe2.meta_claims
    where {_OF}
    order by greatest(coalesce(dps_people, 0), coalesce(ehp_people, 0)) desc, calculated_by
    limit 100
    """,
)
def claims(source: Source, league: str, week: int) -> None: ...


@rows(
    LeagueStart,
    """
    select l.league, l.starts_at from poe2.meta_leagues l
    join poe2.leagues m on m.name = l.league
    where m.is_current
    order by m.began_at desc nulls last, m.name
    limit 1
    """,
)
def newest_league() -> None:
    """The current league that began last, of those that are counted."""
