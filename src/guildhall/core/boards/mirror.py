"""The copy of the boards outside of PostgreSQL: what it answers, and how it follows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from msgspec import Struct

from guildhall.core.boards.ids import CopyId, WindowId


class Element(Struct, frozen=True):
    """A score as a copy has it: nothing but its member where it is not shown, or gone."""

    window_id: WindowId
    member: str
    place: bytes | None
    updated_at: datetime | None


class Found(Struct, frozen=True):
    """A part of a list: the number of all its members, those before the first of the part, and the part's places."""

    size: int
    before: int
    places: "list[tuple[bytes, datetime]]"


class MirrorAway(Exception):
    """The copy's server does not answer."""


class Mirror(Protocol):
    """A server with copies. Each copy has an id, and a position: the last batch of changes that it has.

    A copy answers only while its lease runs, which who sees that it is up to date renews.
    """

    present: bool
    """True if there is such a server."""

    async def page(self, copy: CopyId, window: WindowId, after: bytes, limit: int) -> Found | None:
        """Return the places behind another; None if the copy cannot be believed, or its server does not answer."""

    async def around(self, copy: CopyId, window: WindowId, member: str, before: int, behind: int) -> Found | None:
        """Return a member's place among its neighbours; no places for one that is not on the board. None as `page`."""

    async def begin(self, copy: CopyId, position: int) -> None:
        """Begin an empty copy. Raises MirrorAway."""

    async def apply(self, copy: CopyId, position: int, elements: Sequence[Element]) -> bool:
        """Bring a copy to a position from the one before; false if it is at another. Raises MirrorAway."""

    async def renew(self, copy: CopyId, position: int) -> bool:
        """Renew the lease of a copy; false if it is at another position. Raises MirrorAway."""

    async def missing(self, copy: CopyId, windows: Sequence[WindowId]) -> list[tuple[WindowId, str]]:
        """Return the lists that are not whole in a copy, each with the last member that is there; keep the others.

        Raises MirrorAway.
        """

    async def load(
        self, copy: CopyId, position: int, window: WindowId, elements: Sequence[Element], *, first: bool, last: bool
    ) -> bool:
        """Add elements to a list that is not whole; false if the copy is at another position. Raises MirrorAway."""

    async def close(self) -> None:
        """Close the connections."""


class NoMirror:
    """Answers nothing: PostgreSQL is asked."""

    present = False

    async def page(self, copy: CopyId, window: WindowId, after: bytes, limit: int) -> Found | None:
        """See Mirror."""
        return None

    async def around(self, copy: CopyId, window: WindowId, member: str, before: int, behind: int) -> Found | None:
        """See Mirror."""
        return None

    async def begin(self, copy: CopyId, position: int) -> None:
        """See Mirror."""

    async def apply(self, copy: CopyId, position: int, elements: Sequence[Element]) -> bool:
        """See Mirror."""
        return False

    async def renew(self, copy: CopyId, position: int) -> bool:
        """See Mirror."""
        return False

    async def missing(self, copy: CopyId, windows: Sequence[WindowId]) -> list[tuple[WindowId, str]]:
        """See Mirror."""
        return []

    async def load(
        self, copy: CopyId, position: int, window: WindowId, elements: Sequence[Element], *, first: bool, last: bool
    ) -> bool:
        """See Mirror."""
        return False

    async def close(self) -> None:
        """See Mirror."""
