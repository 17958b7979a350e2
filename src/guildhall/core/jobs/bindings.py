"""Bindings of a manifest: the handlers of each message, and the schedule of messages."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, get_type_hints

from msgspec import Struct

from guildhall.core.jobs.messages import Message
from guildhall.db.statements import Query
from guildhall.errors import Misconfigured

Handler = Callable[..., Awaitable[object]]
"""A function whose first parameter is the message; the others are provided by type: the database, a client, settings.
The result is kept as the job's and must be JSON."""


class On(Struct, frozen=True):
    """`handler` runs for every message of the type."""

    message: type[Message]
    handler: Handler

    @property
    def handler_name(self) -> str:
        """The handler as the audit row calls it."""
        return f"{self.handler.__module__.removeprefix('guildhall.')}.{self.handler.__name__}"


class Due(Struct, frozen=True):
    """A condition: whether there is anything to do at an instant. True may be too often, false is a promise.

    `query` returns one bool. `arguments` gives its arguments: it takes the instant first, and its other parameters are
    provided by type, as those of handlers are. Without it the query takes the instant alone, or nothing.
    """

    query: Query[..., bool]
    arguments: Callable[..., tuple[object, ...]] | None = None


class Cron(Struct, frozen=True):
    """The message is sent when the five-field expression (UTC) comes due and its condition, if it has one, holds."""

    expression: str
    message: Message
    due: Due | None = None


def minutely(message: Message, every: int = 1, due: Due | None = None) -> Cron:
    """Every `every` minutes."""
    return Cron(f"*/{every} * * * *", message, due)


def hourly(message: Message, minute: int = 0) -> Cron:
    """Once an hour."""
    return Cron(f"{minute} * * * *", message)


def daily(message: Message, hour: int = 4, minute: int = 0) -> Cron:
    """Once a UTC day."""
    return Cron(f"{minute} {hour} * * *", message)


Provided = dict[type[Any], object]
"""The objects that handlers can ask for, by type."""


def asked_for(function: Callable[..., object], provided: Provided, name: str) -> dict[str, object]:
    """The arguments after the first, found by the types of a function's parameters.

    Raises Misconfigured for one that nothing provides; `name` is how it calls the function.
    """
    hints = get_type_hints(function)
    found: dict[str, object] = {}
    for parameter in list(inspect.signature(function).parameters)[1:]:
        wanted = hints.get(parameter)
        if wanted not in provided:
            raise Misconfigured(f"{name} asks for {parameter}: {wanted}, which nothing provides.")
        found[parameter] = provided[wanted]
    return found
