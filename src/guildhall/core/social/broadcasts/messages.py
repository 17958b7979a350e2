"""Work on notices to followers."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message
from guildhall.core.social.ids import BroadcastId


class TellFollowers(Message, frozen=True):
    """Tell the followers of a person, batch by batch, from where it was left."""

    name: ClassVar[str] = "social.tell_followers"
    attempts: ClassVar[int] = 10
    timeout: ClassVar[float] = 300.0
    concurrency: ClassVar[int] = 4

    broadcast_id: BroadcastId

    def unique_key(self) -> str:
        """One job works on a broadcast at a time."""
        return f"{self.name}:{self.broadcast_id}"


class CleanUpBroadcasts(Message, frozen=True):
    """Forget broadcasts that ended long ago."""

    name: ClassVar[str] = "social.clean_up_broadcasts"
    unique: ClassVar[bool] = True
