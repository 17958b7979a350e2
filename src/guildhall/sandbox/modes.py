"""The faults of a stand-in that is made from the kit."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from guildhall.sandbox.faults import BaseFault, FaultList, Statuses

_LONGEST_WAIT = 86_400


class FaultMode(StrEnum):
    """A way in which a call goes wrong."""

    SLOW = "slow"
    DEAD = "dead"
    HANG = "hang"
    ERROR = "error"
    RATE_LIMITED = "rate_limited"
    HTML = "html"
    REDIRECT = "redirect"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    WRONG_TYPES = "wrong_types"
    ODD_ROW = "odd_row"
    FEWER_ROWS = "fewer_rows"


class Fault(BaseFault, kw_only=True, forbid_unknown_fields=True, omit_defaults=False):
    """One fault; see BaseFault. `path` matches the path below the stand-in, `method` is an HTTP method.

    `retry_after` are the seconds of Retry-After, for the modes error and rate_limited; mode fewer_rows leaves the first
    `row` rows.
    """

    statuses: ClassVar[Mapping[str, Statuses]] = {
        FaultMode.ERROR: Statuses(500, range(400, 600)),
        FaultMode.RATE_LIMITED: Statuses(429, range(400, 600)),
        FaultMode.HTML: Statuses(502, range(200, 600)),
        FaultMode.REDIRECT: Statuses(302, range(300, 400)),
        FaultMode.EMPTY: Statuses(200, range(200, 600)),
    }

    mode: FaultMode
    method: str | None = None
    retry_after: int | None = None

    def __post_init__(self) -> None:
        self.mode = FaultMode(self.mode)
        super().__post_init__()
        if self.retry_after is not None and not 0 <= self.retry_after <= _LONGEST_WAIT:
            raise ValueError(f"retry_after must be between 0 and {_LONGEST_WAIT} seconds")

    @property
    def mode_name(self) -> str:
        """The name of the mode."""
        return self.mode


class Faults(FaultList[Fault]):
    """The faults in force."""

    def hit(self, method: str, path: str) -> Fault | None:
        """Return the fault for a call ("GET", "/api/user/1"), or None when it goes through."""

        def matches(fault: Fault) -> bool:
            return fault.method in (None, method) and (fault.path is None or re.match(fault.path, path) is not None)

        return self.first(matches)
