"""The order to look at the game's server."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class SyncStatus(Message, frozen=True):
    """Look at the game's server and at which of ESI's routes are down."""

    name: ClassVar[str] = "eve.sync_status"
    attempts: ClassVar[int] = 1

    def unique_key(self) -> str:
        return self.name
