"""What the demo changes."""

from guildhall.db.query import Command

# The worker of the demo brings this pilot up to date: a job that failed before it ran would only worry newcomers.
forget_failed_example = Command(
    "delete from core.jobs where status = 'failed' and queue_id is null and attempts = 0 and error = $1", str
)
