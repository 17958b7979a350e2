"""Faults that can be switched on while the sandbox runs."""

import re
from enum import StrEnum
from typing import Any

from msgspec import Struct


class FaultMode(StrEnum):
    """How a call goes wrong."""

    OK = "ok"
    SLOW = "slow"
    DEAD = "dead"
    HANG = "hang"
    ERROR = "error"
    HTML = "html"
    TRUNCATED = "truncated"
    WRONG_TYPES = "wrong_types"
    ODD_ROW = "odd_row"
    RATE_LIMITED = "rate_limited"
    REDIRECT = "redirect"
    EMPTY = "empty"
    FEWER_ROWS = "fewer_rows"


_STATUSES = {
    FaultMode.ERROR: (500, range(400, 600)),
    FaultMode.HTML: (502, range(200, 600)),
    FaultMode.RATE_LIMITED: (429, range(400, 600)),
    FaultMode.REDIRECT: (302, range(300, 400)),
    FaultMode.EMPTY: (200, range(200, 600)),
}
_LONGEST_DELAY = 600.0
_DEFAULT_SLOW = 2.0


class Fault(Struct, forbid_unknown_fields=True, omit_defaults=False):
    """One fault: its mode, a delay in seconds before the answer, and which calls it hits.

    `rate` is the share of matching calls, spread evenly and without chance; `path` a regular expression that
    must match from the start of the API path ("/players/.*/wl", with or without "/api"); after `count` hits
    it heals. Mode odd_row puts `value` into `field` of the answer's row number `row`, or in the row's place without a
    `field`; mode fewer_rows leaves the first `row` rows. ValueError for what makes no sense.
    """

    mode: FaultMode = FaultMode.OK
    delay: float | None = None
    status: int | None = None
    rate: float = 1.0
    path: str | None = None
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
            if self.status not in allowed[1]:
                raise ValueError(f"status of mode {self.mode} must be {allowed[1].start}..{allowed[1].stop - 1}")
        if self.path is not None:
            try:
                re.compile(self.path)
            except re.error as error:
                raise ValueError(f"path is no regular expression: {error}") from None

    @property
    def answer_status(self) -> int:
        """The status that is sent."""
        return self.status if self.status is not None else _STATUSES.get(self.mode, (200, ()))[0]

    @property
    def wait(self) -> float:
        """Seconds before the answer."""
        if self.delay is not None:
            return self.delay
        return _DEFAULT_SLOW if self.mode is FaultMode.SLOW else 0.0


class FaultsView(Struct):
    """The fault in force with what it has done: matching calls, hits, hits left until it heals."""

    fault: Fault
    matched: int
    hits: int
    left: int | None


class Faults:
    """The fault in force; one at a time."""

    def __init__(self) -> None:
        self._fault = Fault()
        self._matched = self._hits = 0

    def set(self, fault: Fault) -> None:
        """Put a fault in force and count its calls from zero."""
        self._fault = fault
        self._matched = self._hits = 0

    def clear(self) -> None:
        """Everything works again."""
        self.set(Fault())

    def view(self) -> FaultsView:
        """What is in force."""
        count = self._fault.count
        return FaultsView(self._fault, self._matched, self._hits, None if count is None else count - self._hits)

    def hit(self, path: str) -> Fault | None:
        """The fault for a call of an API path ("/players/1/wl"), or None when it goes through."""
        fault = self._fault
        if fault.mode is FaultMode.OK and not fault.delay:
            return None
        if fault.path is not None and not any(re.match(fault.path, form) for form in (path, f"/api{path}")):
            return None
        self._matched += 1
        if int(self._matched * fault.rate + 1e-9) == int((self._matched - 1) * fault.rate + 1e-9):
            return None
        self._hits += 1
        if fault.count is not None and self._hits >= fault.count:
            self._fault = Fault()
        return fault


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


def cloudflare_page(status: int) -> bytes:
    """An error page as a content delivery network shows it in front of a broken server."""
    title = {502: "Bad gateway", 520: "Web server is returning an unknown error", 522: "Connection timed out"}
    text = title.get(status, "Just a moment...")
    return (
        '<!DOCTYPE html>\n<html lang="en-US">\n<head><title>api.opendota.com | '
        f'{status}: {text}</title>\n<meta charset="UTF-8" /></head>\n<body>\n<div id="cf-wrapper">'
        f'<div id="cf-error-details"><h1>{text} <span>Error code {status}</span></h1>\n'
        "<p>The web server reported an error.</p></div></div>\n</body>\n</html>\n"
    ).encode()
