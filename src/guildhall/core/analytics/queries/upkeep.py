"""Statements that forget what is too old."""

from datetime import date, datetime

from guildhall.db.statements import command, rows


@command(
    """
    delete from core.analytics_event_keys
    where ctid = any(array(select ctid from core.analytics_event_keys where at < :before limit :limit))
    """,
)
def forget_keys(before: datetime, limit: int) -> None: ...


@rows(
    date,
    """
    select v.day
    from (select distinct day from core.analytics_visitors where day < :before) v
    where not exists (
        select from core.analytics_checkpoints c
        join core.analytics_events e on e.id >= core.live_id(c.tick + 1, 0, 0) and e.day = v.day
        where c.name = 'daily'
    )
    order by 1
    """,
    proven=("day",),
)
def closed_days(before: date) -> None:
    """Days before another whose events are all counted."""


@command(
    """
    delete from core.analytics_visitors
    where ctid = any(array(select ctid from core.analytics_visitors where day = :day limit :limit))
    """,
)
def forget_visitors(day: date, limit: int) -> None: ...


@command("delete from core.analytics_salts where day < :before")
def forget_salts(before: date) -> None: ...


@command(
    """
    delete from core.analytics_daily
    where ctid = any(array(select ctid from core.analytics_daily where day < :before limit :limit))
    """,
)
def forget_daily(before: date, limit: int) -> None: ...
