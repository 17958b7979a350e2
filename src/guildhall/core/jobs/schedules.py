"""Schedules of messages: five fields of cron, in UTC."""

from datetime import UTC, datetime
from functools import lru_cache

from croniter import croniter
from croniter.croniter import CroniterError

from guildhall.core.jobs.bindings import Cron
from guildhall.errors import Miswired

_FIELDS = 5


def require_schedule(cron: Cron) -> None:
    """Raises Miswired for an invalid expression, and for one that never comes due, such as 30 February."""
    require_expression(cron.message.name, cron.schedule.expression)


def require_expression(name: str, text: str) -> None:
    """Raises Miswired, as `require_schedule` does, for a schedule of something called `name`."""
    if (fault := _fault(text)) is not None:
        raise Miswired(f"{name}: '{text}' is {fault}.")


@lru_cache(maxsize=1024)  # slices have a hundred schedules, of a dozen expressions
def _fault(text: str) -> str | None:
    """Return the fault of an expression, if it has one."""
    if len(text.split()) != _FIELDS or not croniter.is_valid(text):
        return "no schedule"
    try:
        croniter(text, datetime.now(UTC)).get_next()
    except CroniterError:
        return "a schedule that never comes due: there is no such day"
    return None


def next_after(expression: str, now: datetime) -> datetime:
    """The first instant after another at which a schedule comes due."""
    found: datetime = croniter(expression, now).get_next(datetime)
    return found
