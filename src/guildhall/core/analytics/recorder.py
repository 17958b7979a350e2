"""The one writer of events in a process."""

import asyncio
import secrets
from collections.abc import Hashable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from msgspec import Struct

from guildhall.core.analytics.columns import columns_of
from guildhall.core.analytics.declaration import EventType, EventTypes
from guildhall.core.analytics.errors import EventRefused, EventsBusy, EventUncertain
from guildhall.core.analytics.ids import EventKey
from guildhall.core.analytics.queries.intake import add_events
from guildhall.core.analytics.roll_ups import RollUps
from guildhall.core.analytics.schemas import Added, Event
from guildhall.core.analytics.settings import AnalyticsSettings
from guildhall.db.group_commit.pending import Awaited, Pending
from guildhall.db.group_commit.writer import GroupCommit, WriterLimits
from guildhall.db.pool import Database
from guildhall.ids import UserId

Data = TypeVar("Data", bound=Struct)
WaitingEvent = Pending[Event, bool]
"""An event that waits for its commit; it hears whether it was stored, and not before under its key."""


class Recorder(GroupCommit[WaitingEvent, Added]):
    """The writer of events: those of all callers that gathered during a commit become the next one.

    `record` in `actions.py` is for an event that must come and go with a transaction.
    """

    busy = EventsBusy
    uncertain = EventUncertain
    refused = EventRefused

    def __init__(self, db: Database, settings: AnalyticsSettings, types: EventTypes, roll_ups: RollUps) -> None:
        super().__init__(
            db, add_events, WriterLimits(settings.batch_most, settings.waiting_most, settings.send_seconds)
        )
        self._late = timedelta(hours=settings.late_hours)
        self._types = types
        self._roll_ups = roll_ups
        self._most = settings.waiting_most

    async def record(
        self,
        event: EventType[Data],
        data: Data,
        *,
        user_id: UserId | None = None,
        session_id: str | None = None,
        key: EventKey | None = None,
        at: datetime | None = None,
    ) -> bool:
        """Store an event, and return when it is durable; false if there was one with its key before.

        Raises LookupError for a type that no active slice declares; EventRefused, EventsBusy, EventUncertain,
        Unavailable.
        """
        declared = self._types.by_name.get(event.name)
        if declared is None:
            raise LookupError(f"no slice declares the events {event.name}: name them in events= of the manifest")
        whole, counted = declared.texts(data)
        row = Event(event.name, declared.rollups, whole, counted, user_id, session_id, key, at)
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.submit(Awaited(row=row, future=future))
        return await future

    def require_room(self, events: int) -> None:
        """Raises EventsBusy if so many events may not wait beside those that do."""
        if self.waiting + events > self._most:
            raise EventsBusy

    def keys(self, batch: Sequence[WaitingEvent]) -> Sequence[Hashable | None]:
        """See GroupCommit."""
        return [None if one.row.key is None else (one.row.user_id or one.row.session_id, one.row.key) for one in batch]

    def arguments(self, batch: Sequence[WaitingEvent]) -> tuple[Any, ...]:
        """See GroupCommit."""
        return secrets.randbits(48), self._late, *columns_of([one.row for one in batch])

    def settle(self, batch: Sequence[WaitingEvent], answer: Added, arguments: tuple[Any, ...]) -> int:
        """Tell each event whether it is a new one."""
        self._roll_ups.wake()
        repeated = set(answer.repeated or ())
        for number, one in enumerate(batch, 1):
            one.written(number not in repeated)
        return len(batch) - len(repeated)
