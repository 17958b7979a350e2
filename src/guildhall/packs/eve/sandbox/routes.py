"""Routes of ESI: address, authorization, lifetime and cost of an answer."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import msgspec
from aiohttp import web

from guildhall.packs.eve.sandbox.answers import Page, Refused
from guildhall.packs.eve.sandbox.catalogue import STRUCTURES, Structure
from guildhall.packs.eve.sandbox.context import CLOCK, OPTIONS, WORLD
from guildhall.packs.eve.sandbox.limits import Group
from guildhall.packs.eve.sandbox.options import SandboxOptions
from guildhall.packs.eve.sandbox.pilots import Pilot
from guildhall.packs.eve.sandbox.world import Belongings, World

CHAR_DETAIL = Group("char-detail", 600)
CHAR_SOCIAL = Group("char-social", 600)
CHAR_INDUSTRY = Group("char-industry", 600)
CHAR_WALLET = Group("char-wallet", 150)
CHAR_LOCATION = Group("char-location", 1200)
CHAR_NOTIFICATION = Group("char-notification", 15)
MARKET_ORDER = Group("market-order", 12_000)
STATUS = Group("status", 600)
META = Group("meta", 150)

OLDEST = "2020-01-01"
NEWEST = "2026-07-21"


@dataclass
class Ask:
    """One call of a route: whose character, with what parameters, at what time of the world in unix seconds."""

    request: web.Request
    pilot: Pilot | None
    body: bytes

    @cached_property
    def now(self) -> float:
        """The world's time."""
        return self.request.app[CLOCK].now()

    @property
    def world(self) -> World:
        """The world."""
        return self.request.app[WORLD]

    @property
    def options(self) -> SandboxOptions:
        """The sandbox's options."""
        return self.request.app[OPTIONS]

    @property
    def who(self) -> Pilot:
        """The character; only for routes that have one."""
        assert self.pilot is not None
        return self.pilot

    @property
    def things(self) -> Belongings:
        """The character's belongings."""
        return self.world.of(self.who)

    def number(self, name: str) -> int:
        """A path parameter; 400 for text."""
        return _number(self.request.match_info[name], name)

    def query_number(self, name: str) -> int | None:
        """A number of the query, None where it is absent; 400 for text."""
        text = self.request.query.get(name)
        return None if text is None else _number(text, name)

    def structure(self) -> Structure:
        """The structure of the path; 403 where the pilot may not dock, an unknown one looks the same."""
        structure = STRUCTURES.get(self.number("structure_id"))
        if structure is None or self.who.index % 2 not in structure.open_to:
            raise Refused(403, "Forbidden")
        return structure

    def numbers(self) -> list[int]:
        """A body that is a list of 1 to 1,000 different ids; 400 for others."""
        try:
            found = msgspec.json.decode(self.body, type=list[int])
        except msgspec.DecodeError as error:
            raise Refused(400, f"Invalid request body: {error}") from None
        if not 1 <= len(found) <= 1000:
            raise Refused(400, "The list must have between 1 and 1000 items")
        if len(set(found)) != len(found):
            raise Refused(400, "The list must not have the same item twice")
        return found


Build = Callable[[Ask], Page]


@dataclass(frozen=True)
class Route:
    """A route. `seconds` is how long an answer holds: "daily" until 11:05 UTC, None for what is not cached.

    `event` routes announce it by max-age instead of Expires. Routes without a group fall under the error limit.
    `rows` is the size of a page where the route has pages; `awake` routes are answered in downtime too.
    """

    method: str
    path: str
    build: Build
    scope: str | None = None
    seconds: int | Literal["daily"] | None = None
    group: Group | None = None
    event: bool = False
    rows: int | None = None
    since: str = OLDEST
    language: bool = False
    awake: bool = False

    @property
    def name(self) -> str:
        """The name in the counters."""
        return f"{self.method} {self.path}"

    @property
    def weak(self) -> bool:
        """True if its entity tags are weak; both kinds exist."""
        return sum(self.path.encode()) % 2 == 0


def _number(text: str, name: str) -> int:
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit() and len(digits) < 19):
        raise Refused(400, f"Invalid value for parameter {name}")
    return int(text)
