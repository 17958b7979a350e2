"""Changes by the demo."""

from guildhall.db.statements import command


@command("delete from core.jobs where status = 'failed' and queue_id is null and attempts = 0 and error = :error")
def forget_failed_example(error: str) -> None:
    """The worker of the demo brings this pilot up to date: a job that failed before it ran would only worry
    newcomers.
    """
