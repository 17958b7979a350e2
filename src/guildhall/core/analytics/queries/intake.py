"""Statements by which events are added and counted."""

from datetime import timedelta

from guildhall.core.analytics.ids import EventId
from guildhall.core.analytics.schemas import Added, Behind, RolledUp
from guildhall.db.statements import command, rows
from guildhall.ids import UserId


@rows(
    Added,
    """
    select repeated from core.add_analytics_events(
        :noise, :late, :types::text::text[], :datas::text::text[], :counted::text::text[], :users::text::uuid[],
        :sessions::text::text[], :ats::text::timestamptz[], :keys::text::uuid[], :rollups
    )
    """,
)
def add_events(
    noise: int,
    late: timedelta,
    types: str,
    datas: str,
    counted: str,
    users: str | None,
    sessions: str | None,
    ats: str | None,
    keys: str | None,
    rollups: list[str],
) -> None:
    """Write a batch of events; the columns are arrays as PostgreSQL writes them."""


@command(
    """
    insert into core.analytics_outbox (id, user_id, event_type, event_data, counted, session_id, rollups)
    values (:id, :user, :type, :data::text::jsonb, :counted::text::jsonb, :session, :rollups)
    """,
)
def put_in_outbox(
    id: EventId, user: UserId | None, type: str, data: str, counted: str, session: str | None, rollups: list[str]
) -> None: ...


@rows(int, "select core.move_analytics_outbox(:noise, :late, :most) as moved", proven=("moved",))
def move_outbox(noise: int, late: timedelta, most: int) -> None:
    """Give the events of transactions their place in the order; return how many."""


@rows(
    RolledUp,
    "select busy, counted, more from core.roll_up_analytics(:few, :most)",
    proven=("busy", "counted", "more"),
)
def roll_up(few: int, most: int) -> None: ...


@rows(
    bool,
    """
    select exists (select from core.analytics_outbox)
        or exists (select from core.analytics_checkpoints c, core.analytics_head h
                   where c.name = 'daily' and c.tick < h.tick) as due
    """,
    proven=("due",),
)
def anything_to_count() -> None:
    """Return whether there are events that are not counted."""


@rows(
    Behind,
    """
    select coalesce(extract(epoch from clock_timestamp() - core.live_time(core.tick_of(e.id))), 0)::float8 as seconds
    from core.analytics_checkpoints c
    left join lateral (
        select id from core.analytics_events where id >= core.live_id(c.tick + 1, 0, 0) order by id limit 1
    ) e on true
    where c.name = 'daily'
    """,
    proven=("seconds",),
)
def behind() -> None: ...
