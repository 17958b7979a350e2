"""Blocks, as they are shown and asked for."""

from datetime import datetime

from msgspec import Struct

from guildhall.ids import UserId


class BlockedPerson(Struct, frozen=True):
    """A person whom the viewer blocks; without a handle if they have no profile."""

    user_id: UserId
    handle: str | None
    display_name: str | None
    created_at: datetime


class Between(Struct, frozen=True):
    """The blocks between two people. The columns of queries.blocks_between."""

    by_one: bool
    """The first blocks the second."""
    by_other: bool

    @property
    def any(self) -> bool:
        """True if either blocks the other."""
        return self.by_one or self.by_other
