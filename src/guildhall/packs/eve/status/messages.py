"""The order to look at the game's server."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message


class SyncStatus(Message, frozen=True):
    """Look at the game's server and at which of ESI's routes are down."""

    name: ClassVar[str] = "eve.sync_status"
    unique: ClassVar[bool] = True
    attempts: ClassVar[int] = 1
