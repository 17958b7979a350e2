"""Schedules of messages: five fields of cron, in UTC."""

from datetime import UTC, datetime

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
    if len(text.split()) != _FIELDS or not croniter.is_valid(text):
        raise Miswired(f"{name}: '{text}' is no schedule.")
    try:
        croniter(text, datetime.now(UTC)).get_next()
    except CroniterError:
        raise Miswired(f"{name}: '{text}' is a schedule that never comes due: there is no such day.") from None


def next_after(expression: str, now: datetime) -> datetime:
    """The first instant after another at which a schedule comes due."""
    found: datetime = croniter(expression, now).get_next(datetime)
    return found
