"""Statements of the job queue."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guildhall.core.jobs.schemas import Job, JobId, ScheduleRow, StatusCount
from guildhall.db.statements import command, rows

COLUMNS = """id, job_type, handler, status, priority, attempts, payload, result, error,
       created_at, started_at, completed_at, queue_id"""


@rows(
    Job,
    f"""
    select {COLUMNS}
    from core.jobs
    where (:status::text is null or status = :status)
      and (:job_type::text is null or job_type = :job_type)
      and (:after::uuid is null or id < :after)
    order by id desc
    limit :limit
    """,
)
def jobs(status: str | None, job_type: str | None, after: UUID | None, limit: int) -> None: ...


@rows(Job, f"select {COLUMNS} from core.jobs where id = :id")
def job(id: JobId) -> None: ...


@rows(JobId, "select id from core.jobs where id between :lowest and :highest order by id limit 3")
def jobs_between(lowest: UUID, highest: UUID) -> None: ...


@rows(
    Job,
    f"""
    select {COLUMNS}
    from core.jobs
    where status = 'failed' and queue_id is not null and (:job_type::text is null or job_type = :job_type)
    order by id
    limit 10000
    """,
)
def dead_letters(job_type: str | None) -> None: ...


@rows(
    StatusCount, "select job_type, status, count(*)::int as jobs from core.jobs group by job_type, status order by 1, 2"
)
def job_counts() -> None: ...


@rows(
    ScheduleRow,
    """
    select entrypoint as message, expression, next_run, last_run
    from core.pgqueuer_schedules
    order by next_run, entrypoint
    """,
)
def schedules() -> None: ...


@rows(datetime | None, "select max(seen_at) as seen_at from core.workers")
def worker_seen() -> None: ...


@rows(
    str,
    """
    select dedupe_key from core.pgqueuer
    where dedupe_key = any(:keys::text[]) and status in ('queued', 'picked')
    """,
    proven=("dedupe_key",),
)
def keys_taken(keys: list[str]) -> None:
    """Select the unique keys of which a job waits or runs."""


@rows(
    bool,
    "select exists (select from core.pgqueuer where status = 'queued') "
    "or exists (select from core.pgqueuer where status = 'picked') as queued",
    proven=("queued",),
)
def anything_queued() -> None:
    """Return whether a job is queued or under way. A failed job stays as a dead letter, which does not count."""


@rows(
    int,
    "select count(*)::int as jobs from core.pgqueuer "
    "where status in ('queued', 'picked') and execute_after <= now() + :seconds::float8 * interval '1 second'",
    proven=("jobs",),
)
def jobs_due_within(seconds: float) -> None: ...


@command(
    """
    insert into core.jobs (id, job_type, handler, character_id, priority, payload, queue_id, created_at)
    select * from unnest(:ids::uuid[], :job_types::text[], :handlers::text[], :characters::text[], :priorities::int[],
                         :payloads::jsonb[], :queues::bigint[],
                         :created_at::timestamptz[])
    """,
)
def add_jobs(
    ids: list[JobId],
    job_types: list[str],
    handlers: list[str | None],
    characters: list[str | None],
    priorities: list[int],
    payloads: list[Any],
    queues: list[int],
    created_at: list[datetime],
) -> None: ...


@rows(
    int,
    """
    update core.jobs
    set status = 'processing', started_at = coalesce(started_at, :now), attempts = attempts + 1
    where id = :id and status in ('pending', 'processing')
    returning attempts
    """,
)
def start_job(id: JobId, now: datetime) -> None:
    """None when the job was cancelled or has ended."""


@command(
    """
    update core.jobs
    set status = 'completed', result = :result, error = null, completed_at = :now, queue_id = null
    where id = :id and status = 'processing'
    """,
)
def complete_job(id: JobId, result: Any, now: datetime) -> None: ...


@command(
    """
    update core.jobs set status = 'pending', error = :error, attempts = :attempts
    where id = :id and status = 'processing'
    """,
)
def postpone_job(id: JobId, error: str, attempts: int) -> None: ...


@command(
    """
    update core.jobs set status = 'failed', error = :error, completed_at = :now
    where id = :id and status = 'processing'
    """,
)
def fail_job(id: JobId, error: str, now: datetime) -> None: ...


@command(
    """
    update core.jobs
    set status = 'failed', error = 'cancelled', completed_at = :now, queue_id = null
    where id = :id and status in ('pending', 'processing')
    """,
)
def cancel_job(id: JobId, now: datetime) -> None: ...


@command("delete from core.pgqueuer where id = :id")
def leave_queue(id: int) -> None: ...


@command(
    """
    update core.pgqueuer set status = 'failed', updated = now(), queue_manager_id = null
    where id = :id and status = 'picked' and queue_manager_id = :queue_manager
    """,
)
def park_in_queue(id: int, queue_manager: UUID | None) -> None:
    """A worker that was thought dead may not touch what another has taken over: hence the holder."""


@command(
    """
    update core.pgqueuer
    set status = 'queued', execute_after = now() + :wait::float8 * interval '1 second', updated = now(),
        queue_manager_id = null
    where id = :id and status = 'picked' and queue_manager_id = :queue_manager
    """,
)
def put_back(id: int, queue_manager: UUID | None, wait: float) -> None: ...


@command(
    """
    update core.jobs
    set status = 'pending', error = null, attempts = 0, started_at = null, completed_at = null
    where id = :id and status = 'failed'
    """,
)
def requeue_job(id: JobId) -> None: ...


@command(
    """
    delete from core.jobs where id in (
        select id from core.jobs
        where created_at < :before and status in ('completed', 'failed')
          and coalesce(completed_at, created_at) < :before
        order by created_at limit :limit
    )
    """,
)
def forget_jobs(before: datetime, limit: int) -> None:
    """Delete old jobs in batches, so that no statement runs long: the clean-up of a busy day must not time out."""


@command(
    """
    delete from core.pgqueuer where id in (
        select id from core.pgqueuer where status = 'failed' and updated < :before limit :limit
    )
    """,
)
def forget_dead_letters(before: datetime, limit: int) -> None: ...


@command(
    """
    delete from core.pgqueuer_log where id in (
        select id from core.pgqueuer_log where created < :before order by created limit :limit
    )
    """,
)
def forget_queue_log(before: datetime, limit: int) -> None: ...


@command(
    """
    delete from core.pgqueuer_statistics where id in (
        select id from core.pgqueuer_statistics where created < :before limit :limit
    )
    """,
)
def forget_queue_statistics(before: datetime, limit: int) -> None: ...


@command("delete from core.workers where seen_at < :before")
def forget_workers(before: datetime) -> None: ...


@command(
    """
    delete from core.pgqueuer_schedules s
    where s.next_run < :before and not exists (
        select 1 from unnest(:entrypoints::text[], :expressions::text[]) kept (entrypoint, expression)
        where kept.entrypoint = s.entrypoint and kept.expression = s.expression
    )
    """,
)
def forget_schedules(entrypoints: list[str], expressions: list[str], before: datetime) -> None:
    """Forget schedules that no worker has sent since they came due before an instant."""


@command(
    """
    insert into core.pgqueuer_schedules (entrypoint, expression, next_run)
    select entrypoint, expression, next_run
    from unnest(:entrypoints::text[], :expressions::text[], :next_runs::timestamptz[]) s (entrypoint, expression,
        next_run)
    order by entrypoint, expression
    on conflict (entrypoint, expression) do nothing
    """,
)
def add_schedules(entrypoints: list[str], expressions: list[str], next_runs: list[datetime]) -> None:
    """Add schedules in one order, so that workers that start at the same time do not deadlock."""


@rows(
    tuple[str, str],
    """
    with due as (
        select s.id, n.next_run
        from core.pgqueuer_schedules s
        join unnest(:entrypoints::text[], :expressions::text[], :next_runs::timestamptz[]) n (entrypoint, expression,
            next_run)
          on n.entrypoint = s.entrypoint and n.expression = s.expression
        where s.next_run <= :now
        order by s.id
        for update of s
    )
    update core.pgqueuer_schedules s
    set next_run = due.next_run, last_run = :now, updated = :now
    from due where due.id = s.id
    returning s.entrypoint, s.expression
    """,
)
def claim_schedules(entrypoints: list[str], expressions: list[str], next_runs: list[datetime], now: datetime) -> None:
    """Claim the schedules that have come due, each with its next time.

    A second worker waits for the first and finds none.
    """


@command(
    """
    insert into core.workers (id, host, pid, started_at, seen_at) values (:id, :host, :pid, :now, :now)
    on conflict (id) do update set seen_at = excluded.seen_at
    """,
)
def worker_beat(id: UUID, host: str, pid: int, now: datetime) -> None: ...


@command("delete from core.workers where id = :id")
def worker_gone(id: UUID) -> None: ...
