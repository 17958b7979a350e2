"""Pages of lists that are made from schemas."""

from collections.abc import Mapping
from typing import Any

from guildhall.sandbox.asking import Ask, Refused
from guildhall.sandbox.openapi.operations import Operation
from guildhall.sandbox.openapi.values import Values

ROWS = 47
"""Rows of every list that has pages."""
_USUAL = 20
_MOST = 1000
_PAGES = ("page", "pagenumber", "p")
_OFFSETS = ("offset", "skip", "start")
_SIZES = ("limit", "perpage", "pagesize", "size", "count", "max", "nb")
_TOTALS = ("total", "count", "total_count", "totalCount", "nbResults")


def page_of(values: Values, one: Operation, schema: Any, ask: Ask, place: str, given: Mapping[str, Any]) -> Any:
    """Return the answer to a call: with the rows of the page that it asks for, if the operation has pages.

    Raises Refused with 400 for a page that is no number.
    """
    by_page, by_offset, by_size = one.parameter_of(_PAGES), one.parameter_of(_OFFSETS), one.parameter_of(_SIZES)
    found = None if by_page is by_offset is by_size is None else values.list_in(schema, place)
    if found is None:
        return values.make(schema, place, given)
    field, array = found
    usual = _USUAL if by_size is None else _default(by_size.schema.get("default"), _USUAL)
    size = usual if by_size is None else ask.number(by_size.name, usual, most=_MOST)
    first = 0
    if by_page is not None:
        start = 0 if by_page.schema.get("default") == 0 or by_page.schema.get("minimum") == 0 else 1
        first = max(0, ask.number(by_page.name, start) - start) * size
    elif by_offset is not None:
        first = ask.number(by_offset.name, 0)
    rows = values.rows(array, place, max(0, min(size, ROWS - first)), given, field or "", first=first)
    if field is None:
        return rows
    body = values.make(schema, place, {**given, **dict.fromkeys(_TOTALS, ROWS)})
    if not isinstance(body, dict):
        raise Refused(500, "the list stands in no object")
    return {**body, field: rows}


def _default(value: object, usual: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= _MOST else usual
