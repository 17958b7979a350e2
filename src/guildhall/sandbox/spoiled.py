"""JSON answers that are spoiled on purpose."""

import msgspec

from guildhall.sandbox.answers import encode
from guildhall.sandbox.faults import BaseFault


def spoiled(body: bytes, fault: BaseFault) -> bytes:
    """Return a body in JSON as a fault spoils it: the modes wrong_types, odd_row and fewer_rows; others leave it."""
    match fault.mode_name:
        case "wrong_types":
            return encode(wrong_types(msgspec.json.decode(body)))
        case "odd_row":
            return encode(with_odd_row(msgspec.json.decode(body), fault.row, fault.field, fault.value))
        case "fewer_rows":
            rows = msgspec.json.decode(body)
            return encode(rows[: fault.row]) if isinstance(rows, list) else body
    return body


def wrong_types(value: object) -> object:
    """Return a JSON value of the same shape whose leaves have the wrong types, and whose empty containers swap."""
    if isinstance(value, dict):
        return {key: wrong_types(item) for key, item in value.items()} or []
    if isinstance(value, list):
        return [wrong_types(item) for item in value] or {}
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return "unknown"
    return 0 if isinstance(value, str) else value


def with_odd_row(value: object, row: int, field: str | None, odd: object) -> object:
    """Return a JSON answer whose row number `row` has `odd` in `field`, or is `odd` altogether without a field.

    A negative number counts from the end. The rows are those of the answer's first list or object of objects. An
    object without rows is itself the row.
    """
    if isinstance(value, list):
        if not value or not -len(value) <= row < len(value):
            return value
        changed = list(value)
        changed[row] = _odd(value[row], field, odd)
        return changed
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(one, dict) for one in value.values()) and len(value) > 1:
        name = list(value)[row] if -len(value) <= row < len(value) else None
        return {key: _odd(one, field, odd) if key == name else one for key, one in value.items()}
    for key, one in value.items():
        if isinstance(one, list) and one:
            return {**value, key: with_odd_row(one, row, field, odd)}
    return _odd(value, field, odd)


def _odd(row: object, field: str | None, odd: object) -> object:
    return {**row, field: odd} if field is not None and isinstance(row, dict) else odd
