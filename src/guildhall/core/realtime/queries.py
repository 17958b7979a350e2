"""Statements about what happens live."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guildhall.core.realtime.schemas import LiveEvent
from guildhall.db.statements import command, rows
from guildhall.ids import UserId

CHANNEL = "guildhall_live"
"""The channel on which PostgreSQL's NOTIFY tells of each tick: `previous:tick`."""


@rows(tuple[int, int], "select tick, access_tick from core.live_head")
def live_head() -> None: ...


@rows(
    float,
    """
    select greatest(0, extract(epoch from core.live_time(h.tick) - clock_timestamp()))::float8 as seconds
    from core.live_head h
    """,
    proven=("seconds",),
)
def ahead_of_clock() -> None:
    """Seconds by which the order is ahead of the database's clock, which was ahead once."""


@command(
    """
    insert into core.live_events (topic, kind, body, user_id, access, subject)
    values (:topic, :kind, :body, :user, :access, :subject)
    """,
)
def add_live_event(
    topic: str, kind: str, body: Any, user: UserId | None, access: bool, subject: UserId | None
) -> None: ...


@rows(
    LiveEvent,
    """
    select id, topic, kind, body, access, subject
    from core.live_events
    where id >= :low and id < :high
    order by id
    limit :limit
    """,
    hot=True,
    proven=("id",),
)
def live_events_between(low: UUID, high: UUID, limit: int) -> None: ...


@rows(
    LiveEvent,
    """
    select id, topic, kind, body, access, subject
    from core.live_events
    where topic = :topic and id > :after and id < :end and not access
    order by id
    limit :limit
    """,
    hot=True,
    proven=("id",),
)
def live_events_of_topic(topic: str, after: UUID, end: UUID, limit: int) -> None: ...


@command(
    """
    delete from core.live_events
    where seq in (select seq from core.live_events where created_at < :before order by created_at limit :limit)
    """,
)
def forget_live_events(before: datetime, limit: int) -> None: ...


@command(
    """
    delete from core.live_events e
    where e.subject is not null and e.created_at < :before
      and not exists (select from core.users u where u.id = e.subject)
    """,
)
def forget_gone_subjects(before: datetime) -> None:
    """Notices about accounts that are gone."""


@rows(
    bool,
    """
    select exists (select from core.live_events where created_at < :before)
        or exists (select from core.live_events e
                   where e.subject is not null and e.created_at < :gone_before
                     and not exists (select from core.users u where u.id = e.subject)) as due
    """,
    proven=("due",),
)
def events_to_forget(before: datetime, gone_before: datetime) -> None:
    """Return whether there are events past their time, or about accounts that were gone at an instant."""


@rows(None, "select pg_notify(:channel, :payload)")
def tell(channel: str, payload: str) -> None: ...
