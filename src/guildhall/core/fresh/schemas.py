"""The state of rows kept fresh."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from guildhall.ids import UserId

Ending = Literal["refreshed", "failed", "gone", "put_back"]
"""The end of a claimed key: a key that was put back keeps its place."""


class Kept(Struct, frozen=True):
    """A key that is kept fresh, as rows and commands show it."""

    name: str
    key: str
    user_id: UserId | None
    kept_since: datetime
    asked_at: datetime
    due_at: datetime
    wanted_at: datetime | None
    refreshed_at: datetime | None
    failures: int
    last_error: str | None
    gone_at: datetime | None
    leased_until: datetime | None


class Claimed(Struct, frozen=True):
    """A key that a batch holds."""

    key: str
    due_at: datetime
    wanted_at: datetime | None
    asked_at: datetime
    refreshed_at: datetime | None
    failures: int
    gone_at: datetime | None


class Attempt(Struct, frozen=True):
    """The circumstances of one refresh, for a function that asks for them by type.

    `wanted`: somebody waits. `failures` are those in a row before it, `refreshed_at` is the last success.
    """

    wanted: bool
    failures: int
    refreshed_at: datetime | None


class Counted(Struct, frozen=True):
    """The figures of one declaration. `late_seconds` is the delay of the key that has been due for longest."""

    name: str
    kept: int
    due: int
    wanted: int
    failing: int
    gone: int
    late_seconds: float


class Waiting(Struct, frozen=True):
    """The number of keys of a declaration that are due, as far as it was counted."""

    name: str
    due: int


class Halt(Struct, frozen=True):
    """The pause of a declaration: until when nothing is refreshed, or nothing that nobody waits for."""

    name: str
    until: datetime
    background_until: datetime
    why: str


class Outcome(Struct, frozen=True):
    """The end of one claimed key."""

    key: str
    wanted_at: datetime | None
    ending: Ending
    due_at: datetime
    error: str | None = None
