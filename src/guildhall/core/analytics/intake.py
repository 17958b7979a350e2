"""Batches of events that clients send: each event is taken or refused by itself."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic

import msgspec

from guildhall.clock import Clock
from guildhall.core.analytics.declaration import EventTypes
from guildhall.core.analytics.errors import (
    BadBatch,
    BadEvent,
    BatchTooLarge,
    EventTooLarge,
    TooManyEvents,
    UnknownEventType,
)
from guildhall.core.analytics.recorder import Recorder, WaitingEvent
from guildhall.core.analytics.schemas import Event, EventOutcome, Fate, SentBatch, SentEvent
from guildhall.core.analytics.settings import LATE_HOURS, AnalyticsSettings
from guildhall.db.group_commit.pending import Pending
from guildhall.errors import GuildhallError, Unavailable
from guildhall.ids import UserId
from guildhall.web.limits import TokenBuckets

_batch = msgspec.json.Decoder(SentBatch).decode
_event = msgspec.json.Decoder(SentEvent).decode
_STORED, _REPEATED, _NOT_STORED = EventOutcome("stored"), EventOutcome("repeated"), EventOutcome("not_stored")
_LATEST = timedelta(hours=LATE_HOURS)


class _Waiting:
    """The events of one request that wait for their commits."""

    def __init__(self, outcomes: list[EventOutcome], count: int) -> None:
        self.outcomes = outcomes
        self.left = count
        self.errors: list[Unavailable] = []
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def settle(self, place: int, outcome: EventOutcome) -> None:
        self.outcomes[place] = outcome
        self.left -= 1
        if not self.left and not self.done.done():
            self.done.set_result(None)


class _OfRequest(Pending[Event, bool], kw_only=True, eq=False):
    """An event of a request, at its place among the outcomes."""

    request: _Waiting
    place: int

    def written(self, stored: bool) -> None:
        self.request.settle(self.place, _STORED if stored else _REPEATED)

    def failed(self, error: Exception) -> None:
        if isinstance(error, Unavailable):
            self.request.errors.append(error)
            self.request.settle(self.place, _told("failed", error))
        else:
            assert isinstance(error, GuildhallError)
            self.request.settle(self.place, _told("refused", error))


def _told(fate: Fate, error: GuildhallError) -> EventOutcome:
    return EventOutcome(fate, error.code, str(error))


class Intake:
    """Takes the batches of clients: reads, bounds and submits their events, and waits until they are durable."""

    def __init__(self, recorder: Recorder, types: EventTypes, settings: AnalyticsSettings, clock: Clock) -> None:
        self._recorder = recorder
        self._types = types.by_name
        self._settings = settings
        self._clock = clock
        burst = max(settings.rate_burst, settings.events_most)
        self._buckets = TokenBuckets(settings.rate_per_minute, burst) if settings.rate_per_minute else None
        self.outcomes: Counter[tuple[str, str]] = Counter()
        """Events by their outcome and its code."""

    async def take(
        self, body: bytes, *, user_id: UserId | None, sender: str, not_tracked: bool
    ) -> Sequence[EventOutcome]:
        """Store the events of a body; return the outcome of each, when those that are stored are durable.

        `sender` is who shares a limit; `not_tracked` stores none. Raises BadBatch, BatchTooLarge, TooManyEvents,
        EventsBusy, and the first of the failures if all events failed.
        """
        batch = self._read(body)
        self._require_tokens(sender, len(batch.events))
        outcomes = [_NOT_STORED] * len(batch.events)
        events: list[tuple[int, Event]] = []
        for place, raw in enumerate(batch.events):
            try:
                events.append((place, self._event(raw, batch, user_id)))
            except (BadEvent, UnknownEventType, EventTooLarge) as error:
                outcomes[place] = _told("refused", error)
        if events and not not_tracked:
            await self._store(events, outcomes)
        self.outcomes.update((one.outcome, one.code) for one in outcomes)
        return outcomes

    def _read(self, body: bytes) -> SentBatch:
        try:
            batch = _batch(body)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise BadBatch(detail=f"Bad batch: {error}.") from error
        if len(batch.events) > self._settings.events_most:
            raise BatchTooLarge(most=self._settings.events_most)
        return batch

    def _require_tokens(self, sender: str, count: int) -> None:
        if self._buckets is not None and count:
            left = self._buckets.take(sender, monotonic(), count)
            if left < 0:
                raise TooManyEvents(retry_after=-left)

    def _event(self, raw: msgspec.Raw, batch: SentBatch, user_id: UserId | None) -> Event:
        """Read one event. Raises BadEvent, UnknownEventType, EventTooLarge."""
        try:
            sent = _event(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise BadEvent(detail=f"Bad event: {error}.") from error
        declared = self._types.get(sent.type)
        if declared is None or not declared.from_clients:
            raise UnknownEventType
        data, counted = declared.read(bytes(sent.data), self._settings.event_bytes)
        return Event(
            sent.type, declared.rollups, data, counted, user_id, sent.session_id or batch.session_id, sent.id,
            self._happened_at(sent.at, batch.sent_at),
        )  # fmt: skip

    def _happened_at(self, at: datetime | None, sent_at: datetime | None) -> datetime | None:
        """Return when an event happened, corrected by what the client's clock showed when it was sent."""
        if at is None or sent_at is None:
            return at
        return self._clock.now() - min(max(sent_at - at, timedelta(0)), _LATEST)

    async def _store(self, events: Sequence[tuple[int, Event]], outcomes: list[EventOutcome]) -> None:
        """Raises EventsBusy, and the first failure if all events failed."""
        self._recorder.require_room(len(events))
        request = _Waiting(outcomes, len(events))
        for place, event in events:
            waiting: WaitingEvent = _OfRequest(row=event, request=request, place=place)
            self._recorder.submit(waiting)
        await request.done
        if len(request.errors) == len(events):
            raise request.errors[0]
