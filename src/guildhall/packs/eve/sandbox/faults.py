"""Faults that can be switched on while the sandbox runs, each for some routes and some pilots."""

import re
from enum import StrEnum
from typing import Any

from msgspec import Struct


class FaultMode(StrEnum):
    """How a call goes wrong."""

    SLOW = "slow"
    DEAD = "dead"
    HANG = "hang"
    ERROR = "error"
    HTML = "html"
    TRUNCATED = "truncated"
    WRONG_TYPES = "wrong_types"
    ODD_ROW = "odd_row"
    EMPTY = "empty"
    EMPTY_LIST = "empty_list"
    NO_DATES = "no_dates"
    RATE_LIMITED = "rate_limited"
    THROTTLED = "throttled"
    MONOLITH = "monolith"
    ERROR_LIMITED = "error_limited"
    SSO_TROUBLE = "sso_trouble"
    TOO_FAR = "too_far"
    FORBIDDEN = "forbidden"
    MIXED_PAGES = "mixed_pages"
    FEWER_PAGES = "fewer_pages"
    NO_LOWER = "no_lower"
    EXPIRED = "expired"
    INVALID_CLIENT = "invalid_client"
    INVALID_GRANT = "invalid_grant"


_STATUSES = {FaultMode.ERROR: range(400, 600), FaultMode.HTML: range(200, 600), FaultMode.EMPTY: range(200, 600)}
_USUAL = {FaultMode.ERROR: 500, FaultMode.HTML: 502, FaultMode.EMPTY: 200}
_LONGEST_DELAY = 600.0
_DEFAULT_SLOW = 2.0
_MOST = 100

TEXTS = {
    420: "This software has exceeded the error limit for ESI. If you are a user, please contact the maintainer of this "
    "software. If you are a developer/maintainer, please make a greater effort in the future to receive valid "
    "responses.",
    429: "Too many requests. Please slow down.",
    500: "No reply within 10 seconds. Error ID: 70d86ba7-6596-4f38-b353-c1a7f34ba737",
    502: "Bad Gateway",
    503: "The datasource tranquility is temporarily unavailable",
    504: "Timeout contacting tranquility",
    520: "StopSpamming",
}


class Fault(Struct, forbid_unknown_fields=True, omit_defaults=False):
    """One fault: its mode, a delay in seconds before the answer, and which calls it hits.

    `path` is a regular expression that must match from the start of "/esi/characters/1/mail" or of the SSO's
    "/sso/v2/oauth/token"; `method` an HTTP method; `pilots` the character ids of the path or of the token.
    `rate` is the share of matching calls, spread evenly and without chance; after `count` hits it heals.
    `status` is for modes error, html and empty; `text` replaces the error's usual text; `retry_after` is seconds.
    Mode odd_row puts `value` into `field` of the answer's row number `row`, or in the row's place without a `field`.
    ValueError for what makes no sense.
    """

    mode: FaultMode
    path: str | None = None
    method: str | None = None
    pilots: list[int] | None = None
    delay: float | None = None
    status: int | None = None
    text: str | None = None
    retry_after: int | None = None
    rate: float = 1.0
    count: int | None = None
    row: int = 0
    field: str | None = None
    value: Any = None

    def __post_init__(self) -> None:
        self.mode = FaultMode(self.mode)
        if self.delay is not None and not 0 <= self.delay <= _LONGEST_DELAY:
            raise ValueError(f"delay must be between 0 and {_LONGEST_DELAY:.0f} seconds")
        if not 0 <= self.rate <= 1:
            raise ValueError("rate must be between 0 and 1")
        if self.count is not None and self.count < 1:
            raise ValueError("count must be at least 1")
        if self.status is not None:
            allowed = _STATUSES.get(self.mode)
            if allowed is None:
                raise ValueError(f"mode {self.mode} takes no status")
            if self.status not in allowed:
                raise ValueError(f"status of mode {self.mode} must be {allowed.start}..{allowed.stop - 1}")
        if self.path is not None:
            try:
                re.compile(self.path)
            except re.error as error:
                raise ValueError(f"path is no regular expression: {error}") from None

    @property
    def answer_status(self) -> int:
        """The status that is sent in modes error, html and empty."""
        return self.status if self.status is not None else _USUAL.get(self.mode, 200)

    @property
    def wait(self) -> float:
        """Seconds before the answer."""
        if self.delay is not None:
            return self.delay
        return _DEFAULT_SLOW if self.mode is FaultMode.SLOW else 0.0


class FaultView(Struct):
    """A fault in force under its number with what it has done: matching calls, hits, hits left until it heals."""

    id: int
    fault: Fault
    matched: int
    hits: int
    left: int | None


class _Standing:
    __slots__ = ("fault", "hits", "matched")

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.matched = self.hits = 0


class Faults:
    """The faults in force; of those that match a call the first one hits."""

    def __init__(self) -> None:
        self._faults: dict[int, _Standing] = {}
        self._last = 0

    def add(self, fault: Fault) -> int:
        """Put one more fault in force; its number. ValueError at more than a hundred."""
        if len(self._faults) >= _MOST:
            raise ValueError(f"there are {_MOST} faults in force already")
        self._last += 1
        self._faults[self._last] = _Standing(fault)
        return self._last

    def remove(self, number: int) -> None:
        """End one fault; LookupError for one that is not in force."""
        if self._faults.pop(number, None) is None:
            raise LookupError(f"no fault {number}")

    def clear(self) -> None:
        """Everything works again."""
        self._faults.clear()

    def view(self) -> list[FaultView]:
        """What is in force."""
        return [
            FaultView(
                number,
                standing.fault,
                standing.matched,
                standing.hits,
                None if standing.fault.count is None else standing.fault.count - standing.hits,
            )
            for number, standing in self._faults.items()
        ]

    def hit(self, method: str, path: str, pilot: int | None) -> Fault | None:
        """The fault for a call ("GET", "/esi/status"), or None when it goes through."""
        for number, standing in list(self._faults.items()):
            fault = standing.fault
            if fault.method is not None and fault.method != method:
                continue
            if fault.path is not None and not re.match(fault.path, path):
                continue
            if fault.pilots is not None and pilot not in fault.pilots:
                continue
            standing.matched += 1
            if int(standing.matched * fault.rate + 1e-9) == int((standing.matched - 1) * fault.rate + 1e-9):
                continue
            standing.hits += 1
            if fault.count is not None and standing.hits >= fault.count:
                del self._faults[number]
            return fault
        return None


def wrong_types(value: object) -> object:
    """A JSON value of the same shape whose leaves have the wrong types, and whose empty containers swap."""
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
    """A JSON answer whose row number `row` (from the end where negative) has `odd` in `field`, or is `odd` altogether.

    The rows are those of the answer's first list or object of objects. An object without rows is itself the row.
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


def without_dates(value: object) -> object:
    """A skill queue as an outage once sent it: entries without dates."""
    if not isinstance(value, list):
        return value
    return [
        {key: item for key, item in row.items() if not key.endswith("_date")} if isinstance(row, dict) else row
        for row in value
    ]


def no_lower(value: object, key: str, asked: int) -> object:
    """An older page that begins where it was asked to and goes up from there, instead of down."""
    if not isinstance(value, list) or not value:
        return value
    return [{**value[0], key: asked + 1}, {**value[0], key: asked}]


def proxy_page(status: int) -> bytes:
    """An error page of the proxy in front of a broken server."""
    return (
        "<!DOCTYPE html>\n<html>\n<head><title>"
        f"{status} Server Error</title></head>\n<body>\n<center><h1>{status} Server Error</h1></center>\n"
        "<hr><center>nginx</center>\n</body>\n</html>\n"
    ).encode()
