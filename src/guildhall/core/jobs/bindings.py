"""How a manifest says which handler hears which message, and what is sent when."""

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct

from guildhall.core.jobs.messages import Message

Handler = Callable[..., Awaitable[object]]
"""Takes the message first; its other parameters are provided by type: the database, a client, settings.
What it returns is kept as the job's result and must be JSON."""


class On(Struct, frozen=True):
    """`handler` runs for every message of the type."""

    message: type[Message]
    handler: Handler

    @property
    def handler_name(self) -> str:
        """The handler as the audit row calls it."""
        return f"{self.handler.__module__.removeprefix('guildhall.')}.{self.handler.__name__}"


class Cron(Struct, frozen=True):
    """The message is sent whenever the five-field expression (UTC) comes due."""

    expression: str
    message: Message


def minutely(message: Message, every: int = 1) -> Cron:
    """Every `every` minutes."""
    return Cron(f"*/{every} * * * *", message)


def hourly(message: Message, minute: int = 0) -> Cron:
    """Once an hour."""
    return Cron(f"{minute} * * * *", message)


def daily(message: Message, hour: int = 4, minute: int = 0) -> Cron:
    """Once a UTC day."""
    return Cron(f"{minute} {hour} * * *", message)


Provided = dict[type[Any], object]
"""What handlers can ask for, by type."""
