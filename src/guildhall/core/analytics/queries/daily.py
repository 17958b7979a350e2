"""Statements that read what was counted, and a person's own events."""

from datetime import date, datetime
from uuid import UUID

from guildhall.core.analytics.schemas import ActiveHour, DailyRow, DayCount, TypeCounts, ValueCount
from guildhall.db.statements import rows
from guildhall.ids import UserId


@rows(
    DailyRow,
    """
    select day, event_type, rollup, vals, cell, events, visitors
    from core.analytics_daily
    where (:type::text is null or event_type = :type) and (:rollup::text is null or rollup = :rollup)
      and day >= :since and day <= :until
      and (:after_day::date is null
           or (day, event_type, rollup, cell) < (:after_day, :after_type, :after_rollup, :after_cell))
    order by day desc, event_type desc, rollup desc, cell desc
    limit :limit
    """,
)
def daily_page(
    type: str | None,
    rollup: str | None,
    since: date,
    until: date,
    after_day: date | None,
    after_type: str | None,
    after_rollup: str | None,
    after_cell: int | None,
    limit: int,
) -> None:
    """The roll-ups of some days, the latest first."""


@rows(
    DayCount,
    """
    select day, events, visitors from core.analytics_daily
    where cell = core.analytics_cell(:type, :rollup, :vals) and day >= :since and day <= :until
    order by day
    """,
    hot=True,
)
def days_of(type: str, rollup: str, vals: list[str | None], since: date, until: date) -> None: ...


@rows(
    ValueCount,
    """
    select vals as "values", sum(events)::bigint as events from core.analytics_daily
    where event_type = :type and rollup = :rollup and day >= :since and day <= :until
    group by vals
    order by sum(events) desc, vals
    limit :limit
    """,
    hot=True,
    proven=("events",),
)
def values_of(type: str, rollup: str, since: date, until: date, limit: int) -> None: ...


@rows(
    ActiveHour,
    """
    select extract(isodow from created_at at time zone :zone)::int as weekday,
           extract(hour from created_at at time zone :zone)::int as hour, count(*) as events
    from core.analytics_events
    where user_id = :user and id >= :since and created_at >= :since_at and now() at time zone :zone is not null
    group by 1, 2
    order by 1, 2
    """,
    proven=("weekday", "hour", "events"),
)
def active_hours(user: UserId, since: UUID, since_at: datetime, zone: str) -> None:
    """Events by hour of the week. A time zone that there is not is an error, also of somebody without events."""


@rows(
    TypeCounts,
    """
    select coalesce(d.event_type, r.event_type) as event_type, coalesce(r.rollups, '{}') as rollups,
           coalesce(d.today, 0) as today, coalesce(d.lately, 0) as lately
    from (
        select event_type, coalesce(sum(events) filter (where day = :today), 0)::bigint as today,
               sum(events)::bigint as lately
        from core.analytics_daily where rollup = '' and day >= :since group by event_type
    ) d
    full join (
        select event_type, array_agg(rollup order by rollup) as rollups from core.analytics_rollups group by event_type
    ) r on r.event_type = d.event_type
    order by 1
    """,
    proven=("event_type", "rollups", "today", "lately"),
)
def type_counts(today: date, since: date) -> None: ...
