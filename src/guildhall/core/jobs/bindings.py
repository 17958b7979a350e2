"""Bindings of a manifest: the handlers of each message, and the schedules by which workers send messages."""

import inspect
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, get_type_hints

from msgspec import Struct

from guildhall.core.jobs.messages import Message
from guildhall.db.statements import Query
from guildhall.errors import Miswired

Handler = Callable[..., Awaitable[object]]
"""A function whose first parameter is the message; the others are provided by type: the database, a client, settings.
The result is kept as the job's and must be JSON."""


class Due(Struct, frozen=True):
    """A condition: whether there is anything to do at an instant. True may be too often, false is a promise.

    `query` returns one bool. `arguments` gives its arguments: it takes the instant first, and its other parameters are
    provided by type, as those of handlers are. Without it the query takes the instant alone, or nothing.
    """

    query: Query[..., bool]
    arguments: Callable[..., tuple[object, ...]] | None = None


class Schedule(Struct, frozen=True):
    """The times at which a worker sends a message by itself, as five fields of cron (UTC), and its condition."""

    expression: str
    due: Due | None = None


def minutely(every: int = 1, due: Due | None = None) -> Schedule:
    """Every `every` minutes."""
    return Schedule(f"*/{every} * * * *", due)


def hourly(minute: int = 0) -> Schedule:
    """Once an hour."""
    return Schedule(f"{minute} * * * *")


def daily(hour: int = 4, minute: int = 0) -> Schedule:
    """Once a UTC day."""
    return Schedule(f"{minute} {hour} * * *")


class On(Struct, frozen=True):
    """`handler` runs for every message of the type. One with a schedule is also sent by it, without arguments."""

    message: type[Message]
    handler: Handler
    schedule: Schedule | None = None

    @property
    def handler_name(self) -> str:
        """The handler as the audit row calls it."""
        return f"{self.handler.__module__.removeprefix('guildhall.')}.{self.handler.__name__}"


class Cron(Struct, frozen=True):
    """The message is sent when its schedule comes due and the condition of the schedule, if it has one, holds."""

    schedule: Schedule
    message: Message


def scheduled(handlers: Iterable[On]) -> list[Cron]:
    """The messages that are sent by the schedules of their handlers."""
    return [Cron(on.schedule, on.message()) for on in handlers if on.schedule is not None]


Provided = dict[type[Any], object]
"""The objects that handlers can ask for, by type."""


def asked_for(function: Callable[..., object], provided: Provided, name: str) -> dict[str, object]:
    """The arguments after the first, found by the types of a function's parameters.

    Raises Miswired for one that nothing provides; `name` is how it calls the function.
    """
    hints = get_type_hints(function)
    found: dict[str, object] = {}
    for parameter in list(inspect.signature(function).parameters)[1:]:
        wanted = hints.get(parameter)
        if wanted not in provided:
            raise Miswired(f"{name} asks for {parameter}: {wanted}, which nothing provides.")
        found[parameter] = provided[wanted]
    return found
