"""Statements about what happens live."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guildhall.core.realtime.schemas import LiveEvent
from guildhall.db.query import Command, Query

CHANNEL = "guildhall_live"
"""The channel on which PostgreSQL's NOTIFY tells of each tick: `previous:tick`."""

live_head = Query(tuple[int, int], "select tick, access_tick from core.live_head")

ahead_of_clock = Query(
    float,
    """
    select greatest(0, extract(epoch from core.live_time(h.tick) - clock_timestamp()))::float8 as seconds
    from core.live_head h
    """,
    proven=("seconds",),
)
"""Seconds by which the order is ahead of the database's clock, which was ahead once."""

add_live_event = Command(
    "insert into core.live_events (topic, kind, body, user_id, access, subject) values ($1, $2, $3, $4, $5, $6)",
    str,
    str,
    Any,
    UUID | None,
    bool,
    UUID | None,
)

live_events_between = Query(
    LiveEvent,
    """
    select id, topic, kind, body, access, subject
    from core.live_events
    where id >= $1 and id < $2
    order by id
    limit $3
    """,
    UUID,
    UUID,
    int,
    hot=True,
    proven=("id",),
)

live_events_of_topic = Query(
    LiveEvent,
    """
    select id, topic, kind, body, access, subject
    from core.live_events
    where topic = $1 and id > $2 and id < $3 and not access
    order by id
    limit $4
    """,
    str,
    UUID,
    UUID,
    int,
    hot=True,
    proven=("id",),
)

forget_live_events = Command(
    """
    delete from core.live_events
    where seq in (select seq from core.live_events where created_at < $1 order by created_at limit $2)
    """,
    datetime,
    int,
)

forget_gone_subjects = Command(
    """
    delete from core.live_events e
    where e.subject is not null and e.created_at < $1 and not exists (select from core.users u where u.id = e.subject)
    """,
    datetime,
)
"""Notices about accounts that are gone."""

events_to_forget = Query(
    bool,
    """
    select exists (select from core.live_events where created_at < $1)
        or exists (select from core.live_events e
                   where e.subject is not null and e.created_at < $2
                     and not exists (select from core.users u where u.id = e.subject)) as due
    """,
    datetime,
    datetime,
    proven=("due",),
)
"""Whether there are events past their time ($1), or about accounts that were gone at an instant ($2)."""

tell: Query[None] = Query(None, "select pg_notify($1, $2)", str, str)
