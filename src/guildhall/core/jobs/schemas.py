"""Rows of the job queue."""

from datetime import datetime
from typing import Any, Literal, NewType
from uuid import UUID

from msgspec import Struct

JobId = NewType("JobId", UUID)
JobStatus = Literal["pending", "processing", "completed", "failed"]


class Job(Struct, frozen=True):
    """The audit row of a job. `queue_id` is its row in the queue while it waits, runs or is a dead letter."""

    id: JobId
    job_type: str
    handler: str | None
    status: str
    priority: int
    attempts: int
    payload: Any | None
    result: Any | None
    error: str | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    queue_id: int | None


class ScheduleRow(Struct, frozen=True):
    """A schedule as the queue keeps it."""

    message: str
    expression: str
    next_run: datetime
    last_run: datetime | None


class StatusCount(Struct, frozen=True):
    """The number of jobs of a type in a state."""

    job_type: str
    status: str
    jobs: int
