"""The events of the past: the tables that hold them, and what a reader has missed."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any
from uuid import UUID

from msgspec import Struct

from guildhall.core.realtime.frames import encode
from guildhall.core.realtime.queries import live_events_of_topic
from guildhall.core.realtime.schemas import Happening, LiveEvent, LiveSource
from guildhall.core.realtime.settings import RealtimeSettings
from guildhall.core.realtime.ticks import TICKS_A_SECOND, first_id
from guildhall.db.pool import Transaction

by_id = attrgetter("id")


class LiveSources(Struct, frozen=True):
    """The tables of all slices that take part in the order, beside core.live_events."""

    kinds: Sequence[type[Any]]
    made: Sequence[LiveSource]

    def of(self, kinds: Iterable[type[Any]]) -> list[LiveSource]:
        """The objects of some of the classes."""
        return [self.made[self.kinds.index(kind)] for kind in kinds]


class Missed(Struct, frozen=True):
    """The events that a reader has missed, `backfill_most` at a time.

    `complete` is false if events of that time are not kept any more: messages and the like are all there, but changes
    of them may be missing.
    """

    happenings: list[Happening]
    more: bool
    complete: bool


def happening_of(event: LiveEvent) -> Happening:
    """Return the event of a row of core.live_events."""
    return Happening(event.id, (event.topic,), event.kind, encode(event.body))


async def events_since(
    tx: Transaction,
    sources: Iterable[LiveSource],
    settings: RealtimeSettings,
    topic: str,
    after: UUID,
    below_tick: int,
) -> Missed:
    """Return the events of a topic after an id and up to the end of a tick, of core.live_events and some tables."""
    most = settings.backfill_most
    end = first_id(below_tick + 1)
    rows = [happening_of(one) for one in await live_events_of_topic.many(tx, topic, after, end, most + 1)]
    for source in sources:
        rows += await source.of_topic(tx, topic, after, end, most + 1)
    rows.sort(key=by_id)
    kept = settings.keep_hours * 3600 * TICKS_A_SECOND
    forgotten = after < first_id(max(below_tick - kept, 0))
    return Missed(rows[:most], len(rows) > most, not forgotten)
