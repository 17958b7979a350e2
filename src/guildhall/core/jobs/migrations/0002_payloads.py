"""Requests queue jobs and count them; what is in them only workers read."""

from guildhall.db.policies import APP
from guildhall.db.revision import steps

revision = "jobs_0002"
down_revision = "jobs_0001"
branch_labels = None
depends_on = None

# pgqueuer's enqueue reads the columns that it returns and those of the index of unique keys.
UP = f"""
revoke select, update, delete on core.jobs, core.pgqueuer, core.pgqueuer_log from {APP};
grant select (id, job_type, handler, status, priority, attempts, queue_id, created_at, started_at, completed_at)
    on core.jobs to {APP};
grant select (id, entrypoint, priority, dedupe_key, status, execute_after) on core.pgqueuer to {APP};
revoke insert, update, delete on core.pgqueuer_schedules, core.pgqueuer_statistics, core.workers from {APP};
"""

DOWN = f"""
grant select, update, delete on core.jobs, core.pgqueuer, core.pgqueuer_log to {APP};
grant insert, update, delete on core.pgqueuer_schedules, core.pgqueuer_statistics, core.workers to {APP};
"""

upgrade, downgrade = steps(UP, DOWN)
