"""Columns of rows as PostgreSQL writes arrays: the driver takes twice as long over the elements of a list."""

from collections.abc import Sequence
from uuid import UUID


def array_of(column: Sequence[UUID | int | None]) -> str | None:
    """Return an array of values that need no quotes; None when all of them are null."""
    if column.count(None) == len(column):
        return None
    return "{" + ",".join(["NULL" if one is None else str(one) for one in column]) + "}"


def array_of_texts(column: Sequence[str | None]) -> str | None:
    """Return an array of texts; None when all of them are null."""
    nulls = column.count(None)
    if nulls == len(column):
        return None
    if not nulls:
        texts: Sequence[str] = column  # type: ignore[assignment]
        whole = "".join(texts)
        if '"' not in whole and "\\" not in whole:
            return '{"' + '","'.join(texts) + '"}'
    return "{" + ",".join(["NULL" if one is None else quoted(one) for one in column]) + "}"


def quoted(text: str) -> str:
    """Return a text as an element of an array: in quotes, in which only these two characters mean something."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
