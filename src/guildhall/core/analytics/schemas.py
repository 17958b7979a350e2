"""Structs of events on their way in, and of what is counted of them."""

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct

from guildhall.core.analytics.ids import EventKey
from guildhall.ids import UserId
from guildhall.instants import Instant, Timed

SessionId = Annotated[str, Meta(min_length=1, max_length=255, pattern=r"^[^\x00]*$")]
"""A client's own name for a visit; a text of its choice."""


class SentBatch(Timed, frozen=True):
    """The body of a request with events. `session_id` is that of the events that have none of their own.

    `sent_at` is the client's time when it sends the batch: if it is there, times are corrected by its difference from
    the server's.
    """

    events: list[Raw]
    session_id: SessionId | None = None
    sent_at: Instant | None = None


class SentEvent(Timed, frozen=True):
    """An event as a client sends it. `id` makes a repetition harmless, `at` is its time by the client's clock."""

    type: str
    data: Raw = Raw(b"{}")
    session_id: SessionId | None = None
    id: EventKey | None = None
    at: Instant | None = None


class Event(Struct, frozen=True):
    """An event that is to be stored. `data` and `counted` are JSON."""

    type: str
    rollups: tuple[str, ...]
    data: str
    counted: str
    user_id: UserId | None
    session_id: str | None
    key: EventKey | None
    at: datetime | None


Fate = Literal["stored", "repeated", "not_stored", "refused", "failed"]
"""The outcome of an event."""


class EventOutcome(Struct, frozen=True, omit_defaults=True):
    """The outcome of one event.

    `stored` and `repeated` events are durable. A `not_stored` one is right, but its sender asks not to be tracked.
    `refused` is for good; a `failed` one may be sent again. `code` is stable and says why, `detail` says it to people.
    """

    outcome: Fate
    code: str = ""
    detail: str = ""


class EventOutcomes(Struct, frozen=True):
    """The outcomes of a batch, in the order of its events."""

    outcomes: list[EventOutcome]


class Added(Struct, frozen=True):
    """The result of core.add_analytics_events: the numbers, from 1, of events whose key was used before."""

    repeated: list[int] | None


class RolledUp(Struct, frozen=True):
    """A step of the roll-ups: whether another process was at it, the events counted, and whether more are left."""

    busy: bool
    counted: int
    more: bool


class DailyRow(Struct, frozen=True):
    """A row of core.analytics_daily."""

    day: date
    event_type: str
    rollup: str
    vals: list[str | None]
    cell: int
    events: int
    visitors: int


class DailyCount(Struct, frozen=True):
    """The events of a type on a day: all, or those with some values of the data.

    `others` are the events of all values beyond the most that are told apart. `visitors` are those among them who can
    be told apart: with a session, or signed in and sharing.
    """

    day: date
    type: str
    values: dict[str, str | None]
    others: bool
    events: int
    visitors: int


class DayCount(Struct, frozen=True):
    """A day's events and visitors."""

    day: date
    events: int
    visitors: int


class ValueCount(Struct, frozen=True):
    """The events with some values, in the order of the roll-up's fields; none for those beyond the most."""

    values: list[str | None]
    events: int


class ActiveHour(Struct, frozen=True):
    """An hour of the week with its events. `weekday` is 1 for Monday."""

    weekday: int
    hour: int
    events: int


class Activity(Struct, frozen=True):
    """The viewer's events by hour of the week, in a time zone; hours without any are left out."""

    since: datetime
    time_zone: str
    events: int
    hours: list[ActiveHour]


class Behind(Struct, frozen=True):
    """The age of the oldest event that is not counted, in seconds."""

    seconds: float


class TypeCounts(Struct, frozen=True):
    """An event type in the database: its roll-ups, and the events of today and of the last days."""

    event_type: str
    rollups: list[str]
    today: int
    lately: int


class RecountPlan(Struct, frozen=True):
    """A recount that is under way: the next day and the last."""

    next_day: date
    last_day: date


class DayRecounted(Struct, frozen=True):
    """The recount of a day: its events, and the roll-ups that were wrong."""

    day: date
    events: int
    corrected: int
