"""Faults that can be switched on while the sandbox runs, each for some routes and some pilots."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from guildhall.sandbox.faults import BaseFault, FaultList, Statuses


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


class Faults(FaultList[Fault]):
    """The faults in force; of those that match a call the first one hits."""

    def hit(self, method: str, path: str, pilot: int | None) -> Fault | None:
        """The fault for a call ("GET", "/esi/status"), or None when it goes through."""

        def matches(fault: Fault) -> bool:
            return (
                fault.method in (None, method)
                and (fault.path is None or re.match(fault.path, path) is not None)
                and (fault.pilots is None or pilot in fault.pilots)
            )

        return self.first(matches)


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
