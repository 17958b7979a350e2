"""A row of a game server's SQLite file, read column by column."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from guildhall.packs.realm.exchange.rules.sqlite_values import BadRow, Ids, moment
from guildhall.text import TEXT, BadText, clean_line

_INT = (1 << 31) - 1
_TEXT = re.compile(TEXT)
_CLOCK_AHEAD_MOST = timedelta(days=1)

Reference = tuple[str, UUID, str]
"""A kind of thing, its id here, its id in the file."""


class Undecodable(bytes):
    """Text of a file that is no UTF-8."""


class Raw:
    """A row of a file by its columns. Its methods raise BadRow."""

    __slots__ = ("number", "values")

    def __init__(self, number: int, values: dict[str, object]) -> None:
        self.number = number
        self.values = values

    def text_or_none(self, column: str, most: int, least: int = 0) -> str | None:
        """Text of so many characters."""
        value = self.values.get(column)
        if value is None:
            return None
        if isinstance(value, Undecodable):
            raise BadRow(f"{column} is no UTF-8")
        if isinstance(value, bytes):
            raise BadRow(f"{column} is no text")
        text = str(value)
        if "\0" in text:
            raise BadRow(f"{column} has a NUL")
        if len(text) > most:
            raise BadRow(f"{column} is longer than {most} characters")
        if len(text) < least:
            raise BadRow(f"{column} is shorter than {least} characters" if least > 1 else f"{column} is empty")
        return text

    def text(self, column: str, most: int, least: int = 1) -> str:
        """Text that must be there and is not blank."""
        text = self.text_or_none(column, most, least)
        if text is None:
            raise BadRow(f"{column} is missing")
        if not text.strip():
            raise BadRow(f"{column} is blank")
        return text

    def line_or_none(self, column: str, most: int, least: int = 1) -> str | None:
        """A name or another short line, as `clean_line` stores it."""
        text = self.text_or_none(column, 4 * most)
        if text is None:
            return None
        if not text.strip():
            raise BadRow(f"{column} is blank" if text else f"{column} is empty")
        try:
            return clean_line(text, least, most)
        except BadText as why:
            raise BadRow(f"{column}: {why}") from None

    def line(self, column: str, most: int, least: int = 1) -> str:
        """A name or another short line that must be there."""
        line = self.line_or_none(column, most, least)
        if line is None:
            raise BadRow(f"{column} is missing")
        return line

    def notice(self, column: str, most: int) -> str | None:
        """Text of several lines without control characters, as the API takes it."""
        text = self.text_or_none(column, most)
        if text is not None and not _TEXT.search(text):
            raise BadRow(f"{column} has a control character")
        return text

    def whole(self, column: str, default: int, least: int = 0, most: int = _INT) -> int:
        """A whole number between two, both included."""
        value = self.values.get(column)
        if value is None:
            return default
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int):
            raise BadRow(f"{column} is no whole number")
        if not least <= value <= most:
            raise BadRow(f"{column} is not between {least} and {most}")
        return value

    def flag(self, column: str, default: bool) -> bool:
        """A BOOLEAN."""
        value = self.values.get(column)
        if value is None:
            return default
        if value not in (0, 1):
            raise BadRow(f"{column} is neither 0 nor 1")
        return bool(value)

    def choice(self, column: str, choices: Sequence[str], default: str | None = None) -> str:
        """One of some words."""
        value = self.values.get(column)
        if value is None and default is not None:
            return default
        if value not in choices:
            raise BadRow(f"{column} is none of {', '.join(choices)}")
        return str(value)

    def time_or_none(self, column: str) -> datetime | None:
        """A DATETIME."""
        value = self.values.get(column)
        if value is None:
            return None
        try:
            return moment(value)
        except BadRow as why:
            raise BadRow(f"{column}: {why}") from None

    def source_id(self, column: str = "id") -> str:
        """An id as the file has it."""
        return self.text(column, 200)

    def refer(self, ids: Ids, kind: str, column: str) -> Reference:
        """A reference to a thing of a kind."""
        source = self.source_id(column)
        return kind, ids.of(kind, source), source


def sent_at(value: object, now: datetime) -> datetime:
    """Return when a message was sent. Raises BadRow for an unknown time and for one in the future.

    A time less than a day ahead comes from a clock that was wrong, perhaps our own: the message counts as sent now.
    """
    if value is None:
        raise BadRow("created_at is missing")
    try:
        found = moment(value)
    except BadRow as why:
        raise BadRow(f"created_at: {why}") from None
    if found - now > _CLOCK_AHEAD_MOST:
        raise BadRow("created_at is yet to come")
    return min(found, now)
