"""Faults that can be switched on while the sandbox runs."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from msgspec import Struct

from guildhall.sandbox.faults import BaseFault, Standing, Statuses


class FaultMode(StrEnum):
    """A way in which a call goes wrong."""

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


class Fault(BaseFault, forbid_unknown_fields=True, omit_defaults=False):
    """One fault of the API; without a mode everything works.

    `path` matches the API path ("/players/.*/wl", with or without "/api"). Mode fewer_rows leaves the first `row` rows.
    """

    statuses: ClassVar[Mapping[str, Statuses]] = {
        FaultMode.ERROR: Statuses(500, range(400, 600)),
        FaultMode.HTML: Statuses(502, range(200, 600)),
        FaultMode.RATE_LIMITED: Statuses(429, range(400, 600)),
        FaultMode.REDIRECT: Statuses(302, range(300, 400)),
        FaultMode.EMPTY: Statuses(200, range(200, 600)),
    }

    mode: FaultMode = FaultMode.OK

    def __post_init__(self) -> None:
        self.mode = FaultMode(self.mode)
        super().__post_init__()

    @property
    def mode_name(self) -> str:
        """The name of the mode."""
        return self.mode


class FaultsView(Struct):
    """The fault in force with what it has done: matching calls, hits, hits left until it heals."""

    fault: Fault
    matched: int
    hits: int
    left: int | None


class Faults:
    """The fault in force; one at a time."""

    def __init__(self) -> None:
        self._standing = Standing(Fault())
        self._fault = Fault()

    def set(self, fault: Fault) -> None:
        """Put a fault in force and count its calls from zero."""
        self._fault = fault
        self._standing = Standing(fault)

    def clear(self) -> None:
        """End all faults."""
        self.set(Fault())

    def view(self) -> FaultsView:
        """Return the fault in force and its counters."""
        standing = self._standing
        count = self._fault.count
        return FaultsView(
            self._fault, standing.matched, standing.hits, None if count is None else count - standing.hits
        )

    def hit(self, path: str) -> Fault | None:
        """Return the fault for a call of an API path ("/players/1/wl"), or None when it goes through."""
        fault = self._fault
        if fault.mode is FaultMode.OK and not fault.delay:
            return None
        if fault.path is not None and not any(re.match(fault.path, form) for form in (path, f"/api{path}")):
            return None
        if not self._standing.hit():
            return None
        if self._standing.healed:
            self._fault = Fault()
        return fault


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
