"""The values that commands take: times, days, months and numbers, by the same rules as the API's."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, TypeVar

import msgspec
import typer

from guildhall.instants import BadInstant, Instant, utc

if TYPE_CHECKING:
    from typing_extensions import TypeForm

Value = TypeVar("Value")
_DAY = len("2026-01-31")


def instant(text: str) -> datetime:
    """The instant of a time with an offset, or of the beginning of a day in UTC. Raises typer.BadParameter."""
    try:
        return _utc(f"{text}T00:00:00Z" if len(text) == _DAY else text)
    except ValueError:
        raise typer.BadParameter(
            f"'{text[:40]}' is neither a time with an offset (2026-01-31T05:00:00Z) nor a day, from 1970 to 9998."
        ) from None


def day(text: str) -> date:
    """The day of a text like 2026-01-31. Raises typer.BadParameter."""
    try:
        return _utc(f"{text}T00:00:00Z").date()
    except ValueError:
        raise typer.BadParameter(f"'{text[:40]}' is not a day (2026-01-31) from 1970 to 9998.") from None


def month(text: str) -> date:
    """The first day of a month like 2026-01. Raises typer.BadParameter."""
    try:
        return _utc(f"{text}-01T00:00:00Z").date()
    except ValueError:
        raise typer.BadParameter(f"'{text[:40]}' is not a month (2026-01) from 1970 to 9998.") from None


def _utc(text: str) -> datetime:
    """The instant of a time. Raises ValueError."""
    try:
        return utc(msgspec.convert(text, Instant))
    except (msgspec.ValidationError, BadInstant) as error:
        raise ValueError(str(error)) from None


def taken_as(kind: "TypeForm[Value]") -> Callable[[object], Value]:
    """A parser of texts for a type and its bounds, as the API's descriptions have them."""

    def read(value: object) -> Value:
        try:
            found: Value = msgspec.convert(value, kind, strict=False)
        except msgspec.ValidationError as error:
            raise typer.BadParameter(f"{error}.") from None
        return found

    return read


def require_text(arguments: Sequence[str]) -> None:
    """Check that all arguments are text, as what is stored and printed has to be. Raises typer.BadParameter."""
    for argument in arguments:
        if not argument.isprintable() and any("\ud800" <= letter <= "\udfff" for letter in argument):
            raise typer.BadParameter(f"{ascii(argument)[:80]} is not UTF-8.")
