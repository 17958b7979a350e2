"""Instants: one rule for every time that comes from outside, and the struct that keeps it."""

from datetime import UTC, datetime
from typing import Annotated

from msgspec import Meta, Struct

from guildhall.errors import BadRequest

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(9999, 1, 1, tzinfo=UTC)
"""The first instant that is refused. A year is left, so that what is added to a time has room."""

Instant = Annotated[datetime, Meta(tz=True)]
"""A time with an offset. Parameters of routes are checked by `utc`, fields of a body by it in a `Timed` struct."""


class BadInstant(BadRequest, ValueError):
    says = "Time refused: a time has an offset ('Z' or '+02:00') and lies between 1970 and 9998."


def utc(at: datetime) -> datetime:
    """The same instant in UTC. Raises BadInstant for one without an offset, before 1970 or after 9998."""
    if at.tzinfo is None or not EARLIEST <= at < LATEST:
        raise BadInstant
    return at.astimezone(UTC)


class Timed(Struct, frozen=True):
    """A struct of the wire whose times are checked by `utc` when it is decoded.

    A decoder tells the failure as its own, like any other value that is not what the field takes.
    """

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, datetime):
                utc(value)
