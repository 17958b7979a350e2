"""Characters, as they are stored and as their owner sees them."""

from datetime import datetime, timedelta
from typing import Literal

from msgspec import Struct

from guildhall.core.cache.schemas import Kind
from guildhall.ids import UserId
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.tokens.schemas import TokenState


class CharacterRow(Struct, frozen=True):
    """A character of a user, without its tokens. `id` is ours, `character_id` the game's."""

    id: CharacterId
    user_id: UserId
    character_id: int
    character_name: str
    corporation_id: int | None
    alliance_id: int | None
    token_state: TokenState
    scopes: list[str]
    last_sync_at: datetime | None


class LivingCharacter(Struct, frozen=True):
    """The row to which a game's id leads, or that of a former owner or of one who removed it."""

    id: CharacterId
    user_id: UserId
    character_name: str
    owner_hash: str | None
    token_state: TokenState


class Owned(Struct, frozen=True):
    """A character of the viewer's, and when one section of its data was last confirmed with the game."""

    id: CharacterId
    character_id: int
    character_name: str
    synced_at: datetime | None


class CharacterCard(Struct, frozen=True):
    """A character. `token_state` says whether the game still lets us look; `is_default` is the app's first choice."""

    character_id: int
    character_name: str
    corporation_id: int | None
    corporation_name: str | None
    alliance_id: int | None
    alliance_name: str | None
    token_state: str
    token_error: str | None
    scopes: list[str]
    is_default: bool
    created_at: datetime
    last_sync_at: datetime | None


class Characters(Struct, frozen=True):
    """All characters of a user, by name. `as_of` is the oldest of their syncs, `age` its age in seconds."""

    items: list[CharacterCard]
    as_of: datetime | None
    age: int | None


class SectionState(Struct, frozen=True):
    """The state of a section: when it was confirmed last, when the game generated it, and its last error.

    `due_at` is null while the character's token lacks the scope: nothing is asked until its owner signs in with it.
    """

    section: str
    synced_at: datetime | None
    changed_at: datetime | None
    due_at: datetime | None
    failures: int
    error: str | None


class Character(Struct, frozen=True):
    """A character with the state of every section of its data."""

    character: CharacterCard
    sections: list[SectionState]
    as_of: datetime | None
    age: int | None


class DefaultCharacter(Struct, frozen=True):
    """The character that an app shows first."""

    default_character_id: int


class Authorisation(Struct, frozen=True):
    """The URL at which the owner signs in at EVE again, so that access continues; history stays as it is."""

    character_id: int
    token_state: str
    method: Literal["POST"]
    url: str
    missing_scopes: list[str]


OVERVIEW = Kind("eve_overview", timedelta(minutes=1), stale_for=timedelta(0), private=True)
"""One answer a user, made from our own tables and forgotten whenever one of them changes; its key is the user's id."""
