"""Structs of game APIs, their options and their answers."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct


class UpstreamOptions(Struct, frozen=True):
    """The options for calls to a game API. Times in seconds.

    `minute_limit` and `day_limit` are calls in a UTC minute and day over all processes; None is no limit. `reserve` is
    the share of them that background work leaves to people who wait. `name` is the API's in measures and in the budget;
    an API that is declared as a class brings its own. `limit_statuses` are those that say that the limit is used up.
    """

    base_url: str
    name: str = ""
    headers: dict[str, str] = {}
    parameters: dict[str, str] = {}
    minute_limit: int | None = None
    day_limit: int | None = None
    reserve: float = 0.4
    deadline: float = 20.0
    attempt_timeout: float = 10.0
    attempts: int = 3
    concurrency: int = 16
    largest_bytes: int = 64_000_000
    limit_statuses: frozenset[int] = frozenset({429})

    def __post_init__(self) -> None:
        """Raises ValueError for a status that cannot say so."""
        if odd := sorted(status for status in self.limit_statuses if not 400 <= status <= 599 or status == 404):
            raise ValueError(f"limit_statuses are statuses of errors, and not {odd[0]}")

    def __repr__(self) -> str:
        """Return the name and the URL only: headers and parameters may hold a key."""
        return f"UpstreamOptions(name={self.name!r}, base_url={self.base_url!r})"


class Call(Struct, frozen=True):
    """The fixed part of the calls of a route. `name` is for measures.

    One that is not `counted` is outside the budget. One that `repeats` is sent again when an attempt fails. The body of
    one that is not `read` says nothing.
    """

    name: str
    method: str = "GET"
    counted: bool = True
    repeats: bool = True
    read: bool = True


class Response(Struct, frozen=True):
    """A game API's answer: JSON bytes as they came, and when it said so by its own clock."""

    body: bytes
    as_of: datetime
    revalidated: bool = False


class Exchange(Struct, frozen=True):
    """One question and its answer, whatever the status. `headers` are found in any case of their letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class BudgetRow(Struct, frozen=True):
    """The used calls of a game API's windows."""

    upstream: str
    minute_start: datetime
    minute_used: int
    day_start: datetime
    day_used: int
    blocked_until: datetime | None


class Limits(Struct, frozen=True):
    """Calls allowed in a UTC minute and a UTC day; None is no limit."""

    minute: int | None = None
    day: int | None = None
