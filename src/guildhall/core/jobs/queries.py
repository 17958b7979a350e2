"""What is read of the job queue."""

from datetime import datetime
from typing import Any
from uuid import UUID

from guildhall.core.jobs.schemas import Job, JobId, ScheduleRow, StatusCount
from guildhall.db.query import Command, Query

COLUMNS = """id, job_type, handler, status, priority, attempts, payload, result, error,
       created_at, started_at, completed_at, queue_id"""

jobs = Query(
    Job,
    f"""
    select {COLUMNS}
    from core.jobs
    where ($1::text is null or status = $1)
      and ($2::text is null or job_type = $2)
      and ($3::uuid is null or id < $3)
    order by id desc
    limit $4
    """,
    str | None,
    str | None,
    UUID | None,
    int,
)

job = Query(Job, f"select {COLUMNS} from core.jobs where id = $1", JobId)

jobs_between = Query(UUID, "select id from core.jobs where id between $1 and $2 order by id limit 3", UUID, UUID)

dead_letters = Query(
    Job,
    f"""
    select {COLUMNS}
    from core.jobs
    where status = 'failed' and queue_id is not null and ($1::text is null or job_type = $1)
    order by id
    limit 10000
    """,
    str | None,
)

job_counts = Query(
    StatusCount,
    "select job_type, status, count(*)::int as jobs from core.jobs group by job_type, status order by 1, 2",
)

schedules = Query(
    ScheduleRow,
    """
    select entrypoint as message, expression, next_run, last_run
    from core.pgqueuer_schedules
    order by next_run, entrypoint
    """,
)

worker_seen: Query[datetime | None] = Query(datetime | None, "select max(seen_at) as seen_at from core.workers")

add_jobs = Command(
    """
    insert into core.jobs (id, job_type, handler, character_id, priority, payload, queue_id, created_at)
    select * from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::jsonb[], $7::bigint[],
                         $8::timestamptz[])
    """,
    list[UUID],
    list[str],
    list[str | None],
    list[str | None],
    list[int],
    list[Any],
    list[int],
    list[datetime],
)

# None when the job was cancelled or has ended.
start_job = Query(
    int,
    """
    update core.jobs
    set status = 'processing', started_at = coalesce(started_at, $2), attempts = attempts + 1
    where id = $1 and status in ('pending', 'processing')
    returning attempts
    """,
    JobId,
    datetime,
)

complete_job = Command(
    """
    update core.jobs
    set status = 'completed', result = $2, error = null, completed_at = $3, queue_id = null
    where id = $1 and status = 'processing'
    """,
    JobId,
    Any,
    datetime,
)

postpone_job = Command(
    "update core.jobs set status = 'pending', error = $2, attempts = $3 where id = $1 and status = 'processing'",
    JobId,
    str,
    int,
)

fail_job = Command(
    "update core.jobs set status = 'failed', error = $2, completed_at = $3 where id = $1 and status = 'processing'",
    JobId,
    str,
    datetime,
)

cancel_job = Command(
    """
    update core.jobs
    set status = 'failed', error = 'cancelled', completed_at = $2, queue_id = null
    where id = $1 and status in ('pending', 'processing')
    """,
    JobId,
    datetime,
)

leave_queue = Command("delete from core.pgqueuer where id = $1", int)

# A worker that was thought dead may not touch what another has taken over: hence the holder.
park_in_queue = Command(
    """
    update core.pgqueuer set status = 'failed', updated = now(), queue_manager_id = null
    where id = $1 and status = 'picked' and queue_manager_id = $2
    """,
    int,
    UUID,
)

put_back = Command(
    """
    update core.pgqueuer
    set status = 'queued', execute_after = now() + $3::float8 * interval '1 second', updated = now(),
        queue_manager_id = null
    where id = $1 and status = 'picked' and queue_manager_id = $2
    """,
    int,
    UUID,
    float,
)

requeue_job = Command(
    """
    update core.jobs
    set status = 'pending', error = null, attempts = 0, started_at = null, completed_at = null
    where id = $1 and status = 'failed'
    """,
    JobId,
)

# In batches, so that no statement runs long: the clean-up of a busy day must not fail for being late.
forget_jobs = Command(
    """
    delete from core.jobs where id in (
        select id from core.jobs
        where created_at < $1 and status in ('completed', 'failed') and coalesce(completed_at, created_at) < $1
        order by created_at limit $2
    )
    """,
    datetime,
    int,
)

forget_dead_letters = Command(
    """
    delete from core.pgqueuer where id in (
        select id from core.pgqueuer where status = 'failed' and updated < $1 limit $2
    )
    """,
    datetime,
    int,
)

forget_queue_log = Command(
    """
    delete from core.pgqueuer_log where id in (
        select id from core.pgqueuer_log where created < $1 order by created limit $2
    )
    """,
    datetime,
    int,
)

forget_queue_statistics = Command(
    """
    delete from core.pgqueuer_statistics where id in (
        select id from core.pgqueuer_statistics where created < $1 limit $2
    )
    """,
    datetime,
    int,
)

forget_workers = Command("delete from core.workers where seen_at < $1", datetime)

forget_schedules = Command(
    """
    delete from core.pgqueuer_schedules s
    where not exists (
        select 1 from unnest($1::text[], $2::text[]) kept (entrypoint, expression)
        where kept.entrypoint = s.entrypoint and kept.expression = s.expression
    )
    """,
    list[str],
    list[str],
)

# In one order, so that workers that start at the same time wait for each other instead of locking each other out.
add_schedules = Command(
    """
    insert into core.pgqueuer_schedules (entrypoint, expression, next_run)
    select entrypoint, expression, next_run
    from unnest($1::text[], $2::text[], $3::timestamptz[]) s (entrypoint, expression, next_run)
    order by entrypoint, expression
    on conflict (entrypoint, expression) do nothing
    """,
    list[str],
    list[str],
    list[datetime],
)

# Those that have come due, each with the time when it does again. A second worker waits for the first and finds none.
claim_schedules = Query(
    tuple[str, str],
    """
    with due as (
        select s.id, n.next_run
        from core.pgqueuer_schedules s
        join unnest($1::text[], $2::text[], $3::timestamptz[]) n (entrypoint, expression, next_run)
          on n.entrypoint = s.entrypoint and n.expression = s.expression
        where s.next_run <= $4
        order by s.id
        for update of s
    )
    update core.pgqueuer_schedules s
    set next_run = due.next_run, last_run = $4, updated = $4
    from due where due.id = s.id
    returning s.entrypoint, s.expression
    """,
    list[str],
    list[str],
    list[datetime],
    datetime,
)

worker_beat = Command(
    """
    insert into core.workers (id, host, pid, started_at, seen_at) values ($1, $2, $3, $4, $4)
    on conflict (id) do update set seen_at = excluded.seen_at
    """,
    UUID,
    str,
    int,
    datetime,
)

worker_gone = Command("delete from core.workers where id = $1", UUID)
