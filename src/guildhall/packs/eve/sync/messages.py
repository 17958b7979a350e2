"""Orders to sync characters."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message
from guildhall.packs.eve.ids import CharacterId


class SyncCharacters(Message, frozen=True):
    """Bring several characters up to date that are due; what fails for one is no matter of the others."""

    name: ClassVar[str] = "eve.sync_characters"
    concurrency: ClassVar[int] = 8
    attempts: ClassVar[int] = 1

    characters: tuple[CharacterId, ...]


class SyncDueCharacters(Message, frozen=True):
    """Queue the characters with something due."""

    name: ClassVar[str] = "eve.sync_due_characters"
    unique: ClassVar[bool] = True
