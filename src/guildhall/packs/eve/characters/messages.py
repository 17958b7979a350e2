"""Orders and facts about characters."""

from typing import ClassVar

from guildhall.core.jobs.messages import Message
from guildhall.packs.eve.ids import CharacterId


class SyncCharacter(Message, frozen=True):
    """Sync a character: the due sections, or the named ones, as far as ESI may be asked.

    `requested` when a person waits.
    """

    name: ClassVar[str] = "eve.sync_character"
    priority: ClassVar[int] = 5
    concurrency: ClassVar[int] = 16

    character: CharacterId
    requested: bool = False
    only: tuple[str, ...] = ()

    def unique_key(self) -> str:
        return f"{self.name}:{self.character}"


class SyncAffiliations(Message, frozen=True):
    """Look up the corporation and alliance of all characters, or of those that have none yet."""

    name: ClassVar[str] = "eve.sync_affiliations"

    only_new: bool = False

    def unique_key(self) -> str:
        return f"{self.name}:{self.only_new}"


class CharacterSold(Message, frozen=True):
    """A character has another owner: the former one is notified."""

    name: ClassVar[str] = "eve.character_sold"

    character: CharacterId
