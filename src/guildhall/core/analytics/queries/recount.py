"""Statements that count days again."""

from datetime import date
from uuid import UUID

from guildhall.core.analytics.schemas import RecountPlan
from guildhall.db.statements import command, rows


@rows(int, "select tick from core.analytics_checkpoints where name = 'daily'")
def checkpoint() -> None: ...


@rows(int, "select tick from core.analytics_checkpoints where name = 'daily' for update")
def held_checkpoint() -> None:
    """Lock the checkpoint, so that nothing is counted meanwhile, and return it."""


@rows(date, "select (now() at time zone 'UTC')::date as today", proven=("today",))
def today() -> None:
    """The database's day."""


@rows(
    bool,
    "select exists (select from core.analytics_events where day = :day and id >= :since) as there",
    proven=("there",),
)
def events_of_day_since(day: date, since: UUID) -> None: ...


@rows(
    date,
    """
    select min(to_date(right(c.relname, 7), 'YYYY_MM')) as month
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'core.analytics_events'::regclass and c.relname ~ '_[0-9]{4}_[0-9]{2}$'
    """,
    proven=("month",),
)
def first_kept_month() -> None:
    """The first month whose events are all there."""


@rows(
    tuple[date, date],
    """
    select min(day) as first, max(day) as last from core.analytics_daily where day >= :since having count(*) > 0
    """,
    proven=("first", "last"),
)
def counted_days(since: date) -> None:
    """The first and the last day that something was counted of, no row without any."""


@rows(
    tuple[int, int],
    """
    with found as materialized (
        select event_type, event_data, visitor, row_number() over (order by id) as place
        from core.analytics_events where day = :day and id < :before
    ), told as materialized (
        select e.event_type, '' as rollup, '{}'::text[] as vals, e.visitor, e.place from found e
        union all
        select e.event_type, r.rollup,
               array(select left(e.event_data ->> f.name, 100) from unnest(r.fields) with ordinality f (name, o)
                     order by f.o),
               e.visitor, e.place
        from found e join core.analytics_rollups r on r.event_type = e.event_type
    ), ranked as materialized (
        select event_type, rollup, vals, row_number() over (partition by event_type, rollup order by min(place)) as rank
        from told group by event_type, rollup, vals
    ), counted as materialized (
        select t.event_type, t.rollup, c.vals, core.analytics_cell(t.event_type, t.rollup, c.vals) as cell,
               count(*) as events, count(distinct t.visitor) as visitors
        from told t
        join ranked r on r.event_type = t.event_type and r.rollup = t.rollup and r.vals = t.vals
        cross join lateral (
            select case when r.rank > :most and r.rollup <> '' then '{}'::text[] else r.vals end as vals
        ) c
        group by t.event_type, t.rollup, c.vals
    ), gone as (
        delete from core.analytics_daily d
        where d.day = :day and not exists (select from counted c where c.cell = d.cell)
        returning 1
    ), put as (
        insert into core.analytics_daily as d (day, event_type, rollup, vals, cell, events, visitors)
        select :day, event_type, rollup, vals, cell, events, visitors from counted order by cell
        on conflict (cell, day) do update
        set events = excluded.events, visitors = excluded.visitors
        where (d.events, d.visitors) <> (excluded.events, excluded.visitors)
        returning 1
    )
    select (select count(*) from found) as events,
           (select count(*) from gone) + (select count(*) from put) as corrected
    """,
    proven=("events", "corrected"),
)
def recount_day(day: date, before: UUID, most: int) -> None:
    """Count the events of a day below an id again; return their number and how many roll-ups were wrong."""


@command("delete from core.analytics_visitors where day = :day")
def drop_visitors(day: date) -> None: ...


@command(
    """
    insert into core.analytics_visitors (day, cell, visitor)
    select distinct :day::date, c.cell, t.visitor
    from (
        select e.event_type, '' as rollup, '{}'::text[] as vals, e.visitor
        from core.analytics_events e where e.day = :day and e.id < :before and e.visitor is not null
        union all
        select e.event_type, r.rollup,
               array(select left(e.event_data ->> f.name, 100) from unnest(r.fields) with ordinality f (name, o)
                     order by f.o),
               e.visitor
        from core.analytics_events e join core.analytics_rollups r on r.event_type = e.event_type
        where e.day = :day and e.id < :before and e.visitor is not null
    ) t
    cross join lateral (
        select d.cell from core.analytics_daily d
        where d.day = :day and d.cell in (core.analytics_cell(t.event_type, t.rollup, t.vals),
                                          core.analytics_cell(t.event_type, t.rollup, '{}'))
        order by d.vals = '{}' limit 1
    ) c
    """,
)
def make_visitors(day: date, before: UUID) -> None:
    """Note who was counted on a day whose roll-ups are right."""


@rows(RecountPlan, "select next_day, last_day from core.analytics_recounts")
def recount_plan() -> None: ...


@command("insert into core.analytics_recounts (next_day, last_day) values (:first, :last) on conflict do nothing")
def begin_recount(first: date, last: date) -> None: ...


@command("update core.analytics_recounts set next_day = :day where next_day <= :day")
def move_recount(day: date) -> None: ...


@command("delete from core.analytics_recounts")
def end_recount() -> None: ...
