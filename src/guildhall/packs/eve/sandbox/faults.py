"""Faults that can be switched on while the sandbox runs, each for some routes and some pilots."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from guildhall.sandbox.faults import BaseFault, Standing, Statuses


class FaultMode(StrEnum):
    """A way in which a call goes wrong."""

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


class Fault(BaseFault, kw_only=True, forbid_unknown_fields=True, omit_defaults=False):
    """One fault of ESI or of the SSO.

    `path` matches "/esi/characters/1/mail" or the SSO's "/sso/v2/oauth/token"; `method` is an HTTP method; `pilots` are
    the character ids of the path or of the token. `status` is for modes error, html and empty; `text` replaces the
    error's usual text; `retry_after` is seconds.
    """

    statuses: ClassVar[Mapping[str, Statuses]] = {
        FaultMode.ERROR: Statuses(500, range(400, 600)),
        FaultMode.HTML: Statuses(502, range(200, 600)),
        FaultMode.EMPTY: Statuses(200, range(200, 600)),
    }

    mode: FaultMode
    method: str | None = None
    pilots: list[int] | None = None
    text: str | None = None
    retry_after: int | None = None

    def __post_init__(self) -> None:
        self.mode = FaultMode(self.mode)
        super().__post_init__()

    @property
    def mode_name(self) -> str:
        """The name of the mode."""
        return self.mode


class FaultView(Struct):
    """A fault in force under its number with what it has done: matching calls, hits, hits left until it heals."""

    id: int
    fault: Fault
    matched: int
    hits: int
    left: int | None


class Faults:
    """The faults in force; of those that match a call the first one hits."""

    def __init__(self) -> None:
        self._faults: dict[int, tuple[Fault, Standing]] = {}
        self._last = 0

    def add(self, fault: Fault) -> int:
        """Put one more fault in force; its number. ValueError at more than a hundred."""
        if len(self._faults) >= _MOST:
            raise ValueError(f"there are {_MOST} faults in force already")
        self._last += 1
        self._faults[self._last] = (fault, Standing(fault))
        return self._last

    def remove(self, number: int) -> None:
        """End one fault; LookupError for one that is not in force."""
        if self._faults.pop(number, None) is None:
            raise LookupError(f"no fault {number}")

    def clear(self) -> None:
        """End all faults."""
        self._faults.clear()

    def view(self) -> list[FaultView]:
        """Return the faults in force."""
        return [
            FaultView(number, fault, standing.matched, standing.hits, standing.left)
            for number, (fault, standing) in self._faults.items()
        ]

    def hit(self, method: str, path: str, pilot: int | None) -> Fault | None:
        """The fault for a call ("GET", "/esi/status"), or None when it goes through."""
        for number, (fault, standing) in list(self._faults.items()):
            if fault.method is not None and fault.method != method:
                continue
            if fault.path is not None and not re.match(fault.path, path):
                continue
            if fault.pilots is not None and pilot not in fault.pilots:
                continue
            if not standing.hit():
                continue
            if standing.healed:
                del self._faults[number]
            return fault
        return None


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
