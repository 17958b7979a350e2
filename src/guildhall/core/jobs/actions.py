"""Sending messages: rows in the sender's own transaction, so that a message leaves if and only if it commits."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast

import asyncpg
import msgspec

from guildhall.core.jobs.messages import Message
from guildhall.core.jobs.queries import add_jobs, cancel_job, requeue_job
from guildhall.core.jobs.schemas import Job, JobId
from guildhall.db.connection import Connection
from guildhall.db.pool import Transaction
from guildhall.ids import uuid7
from guildhall.references import Reference

if TYPE_CHECKING:
    from pgqueuer.adapters.persistence.queries import Queries
    from pgqueuer.domain.types import JobId as QueueId

_queue_on: "Reference[Callable[[Connection], Queries]]" = Reference("guildhall.core.jobs.queue:queue_on")
"""A reference: pgqueuer takes a tenth of a second to load, and a command that only lists jobs never queues one."""


async def send(
    tx: Transaction, message: Message, *, at: datetime | None = None, priority: int | None = None
) -> JobId | None:
    """Queue a message; its job's id, or None when one of the same unique key waits or runs already."""
    (job_id,) = await send_many(tx, [message], at=at, priority=priority)
    return job_id


async def send_many(
    tx: Transaction,
    messages: Sequence[Message],
    *,
    at: datetime | None = None,
    priority: int | None = None,
    handlers: Sequence[str] | None = None,
) -> list[JobId | None]:
    """Queue messages in two round trips; a job id for each, or None where its unique key was taken.

    `at` is the earliest start. `handlers` (one for each message) addresses single handlers of an event.
    """
    if not messages:
        return []
    ids = [JobId(uuid7()) for _ in messages]
    names = [message.name for message in messages]
    payloads: list[bytes | None] = [msgspec.json.encode(message) for message in messages]
    headers: list[dict[str, str] | None] = [{"job_id": str(job_id)} for job_id in ids]
    priorities = [message.priority if priority is None else priority for message in messages]
    wait = max(at - tx.now, timedelta(0)) if at is not None else timedelta(0)
    entrypoints = names if handlers is None else [f"{n}#{h}" for n, h in zip(names, handlers, strict=True)]
    unique = [message.unique_key() for message in messages]
    if handlers is not None:
        unique = [None if k is None else f"{k}#{h}" for k, h in zip(unique, handlers, strict=True)]
    queued = await _queue_on.load()(tx.connection).enqueue(
        entrypoints,
        payloads,
        priorities,
        list[timedelta | None]([wait] * len(messages)),
        unique,
        headers,
        on_conflict="skip",
    )
    kept = {index: queue_id for index, queue_id in enumerate(queued) if queue_id is not None}
    await add_jobs.run(
        tx,
        [ids[i] for i in kept],
        [names[i] for i in kept],
        [None if handlers is None else handlers[i] for i in kept],
        [_character(messages[i]) for i in kept],
        [priorities[i] for i in kept],
        [payloads[i] for i in kept],
        list(kept.values()),
        [tx.now] * len(kept),
    )
    return [ids[i] if queued[i] is not None else None for i in range(len(ids))]


def _character(message: Message) -> str | None:
    """The game character that a message is about, for the audit row's own column."""
    character = getattr(message, "character_id", None)
    return None if character is None else str(character)


async def requeue(tx: Transaction, job: Job) -> bool:
    """Give a dead letter its attempts back.

    False if it is no dead letter, or if another job of its unique key waits or runs by now.
    """
    if job.queue_id is None:
        return False
    await tx.connection.execute("savepoint requeue")
    try:
        if not await requeue_job.run(tx, job.id):
            return False
        await _queue_on.load()(tx.connection).requeue_jobs([cast("QueueId", job.queue_id)])
    except asyncpg.UniqueViolationError:
        await tx.connection.execute("rollback to savepoint requeue")
        return False
    return True


async def cancel(tx: Transaction, job: Job) -> bool:
    """Take a job back that waits, and stop one that runs; False when it has ended.

    Its audit row says `failed` with the error `cancelled`, and it cannot be requeued.
    """
    if job.queue_id is None or not await cancel_job.run(tx, job.id, tx.now):
        return False
    await _queue_on.load()(tx.connection).mark_job_as_cancelled([cast("QueueId", job.queue_id)])
    return True
