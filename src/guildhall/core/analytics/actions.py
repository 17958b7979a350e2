"""Events that are recorded in a transaction: with its change, or not at all."""

from typing import TypeVar

from msgspec import Struct

from guildhall.core.analytics.declaration import EventType, declared
from guildhall.core.analytics.ids import EventId
from guildhall.core.analytics.queries.intake import put_in_outbox
from guildhall.db.pool import Transaction
from guildhall.ids import UserId, uuid7

Data = TypeVar("Data", bound=Struct)


async def record(
    tx: Transaction,
    event: EventType[Data],
    data: Data,
    *,
    user_id: UserId | None = None,
    session_id: str | None = None,
) -> None:
    """Record an event in the caller's transaction. It is counted within two seconds after the commit.

    For many events a second, and for those of reads, ask for the `Recorder` instead. An event of a person is stored
    with them only while they share their statistics.
    """
    known = declared(event)
    whole, counted = known.texts(data)
    rollups = list(known.rollups)
    await put_in_outbox.run(tx, EventId(uuid7()), user_id, event.name, whole, counted, session_id, rollups)
