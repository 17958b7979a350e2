"""Announcements of raids, a job."""

from typing import ClassVar, Literal

from guildhall.core.jobs.messages import Message
from guildhall.packs.realm.ids import RaidId


class AnnounceRaid(Message, frozen=True):
    """Announce in a raid's channel that it has begun, or how a pull has ended. Sent once, however often it runs."""

    name: ClassVar[str] = "realm.announce_raid"

    raid_id: RaidId
    what: Literal["started", "wipe", "victory"]
    pull: int
