"""Orders and facts of the eve pack's engine."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from guildhall.core.jobs.messages import Message


class SyncCharacter(Message, frozen=True):
    """Sync a character: the due sections, or the named ones, as far as ESI may be asked.

    `requested` when a person waits.
    """

    name: ClassVar[str] = "eve.sync_character"
    priority: ClassVar[int] = 5
    concurrency: ClassVar[int] = 16

    character: UUID
    requested: bool = False
    only: tuple[str, ...] = ()

    def unique_key(self) -> str:
        return f"{self.name}:{self.character}"


class SyncCharacters(Message, frozen=True):
    """Bring several characters up to date that are due; what fails for one is no matter of the others."""

    name: ClassVar[str] = "eve.sync_characters"
    concurrency: ClassVar[int] = 8
    attempts: ClassVar[int] = 1

    characters: tuple[UUID, ...]


class SyncDueCharacters(Message, frozen=True):
    """Queue the characters with something due."""

    name: ClassVar[str] = "eve.sync_due_characters"

    def unique_key(self) -> str:
        return self.name


class RefreshTokens(Message, frozen=True):
    """Refresh the tokens that end soon and that somebody needs."""

    name: ClassVar[str] = "eve.refresh_tokens"
    priority: ClassVar[int] = 20
    attempts: ClassVar[int] = 1

    def unique_key(self) -> str:
        return self.name


class RevokeTokens(Message, frozen=True):
    """Revoke the tokens of removed characters at the SSO."""

    name: ClassVar[str] = "eve.revoke_tokens"

    def unique_key(self) -> str:
        return self.name


class SyncAffiliations(Message, frozen=True):
    """Look up the corporation and alliance of all characters, or of those that have none yet."""

    name: ClassVar[str] = "eve.sync_affiliations"

    only_new: bool = False

    def unique_key(self) -> str:
        return f"{self.name}:{self.only_new}"


class SyncStatus(Message, frozen=True):
    """Look at the game's server and at which of ESI's routes are down."""

    name: ClassVar[str] = "eve.sync_status"
    attempts: ClassVar[int] = 1

    def unique_key(self) -> str:
        return self.name


class CharacterSold(Message, frozen=True):
    """A character has another owner: the former one is notified."""

    name: ClassVar[str] = "eve.character_sold"

    character: UUID


class FireAlarms(Message, frozen=True):
    """Send the notifications of due alarms, and prepare those of the next minute to the second.

    `at` names the instant that it is sent for; the one of every minute has none.
    """

    name: ClassVar[str] = "eve.fire_alarms"
    priority: ClassVar[int] = 10
    attempts: ClassVar[int] = 2

    at: datetime | None = None

    def unique_key(self) -> str:
        return self.name if self.at is None else f"{self.name}:{self.at:%Y%m%d%H%M%S}"


class ResolveNames(Message, frozen=True):
    """Ask for the names of ids that came up in a sync and are not known yet."""

    name: ClassVar[str] = "eve.resolve_names"
    priority: ClassVar[int] = -5
    concurrency: ClassVar[int] = 1

    ids: tuple[int, ...]


class ForgetAlarms(Message, frozen=True):
    """Delete alarms that were sent or dropped long ago."""

    name: ClassVar[str] = "eve.forget_alarms"

    def unique_key(self) -> str:
        return self.name
