"""A character before a sync, and the state of its sections."""

from datetime import datetime

from msgspec import Struct

from guildhall.ids import UserId
from guildhall.packs.eve.characters.schemas import CharacterRow
from guildhall.packs.eve.ids import CharacterId
from guildhall.packs.eve.tokens.schemas import TokenState
from guildhall.packs.eve.upstream.sections import Section


class SectionSync(Struct, frozen=True):
    """A section's row. `expires_at` is the instant before which ESI must not be asked; without `due_at` it rests."""

    character: CharacterId
    section: Section
    synced_at: datetime | None
    as_of: datetime | None
    expires_at: datetime | None
    due_at: datetime | None
    etag: str | None
    last_modified: str | None
    failures: int
    error: str | None
    imported: bool
    content_hash: bytes | None
    cursor: int | None


class Standing(Struct, frozen=True):
    """A character before a sync, with its sealed access token and what its user's standing is."""

    id: CharacterId
    user_id: UserId
    character_id: int
    character_name: str
    corporation_id: int | None
    alliance_id: int | None
    token_state: TokenState
    scopes: list[str]
    last_sync_at: datetime | None
    access_token: str | None
    token_expires_at: datetime
    subscription_tier: str
    last_used_at: datetime | None
    bodies_missing: bool

    @property
    def character(self) -> CharacterRow:
        """The character without its token."""
        return CharacterRow(
            self.id, self.user_id, self.character_id, self.character_name, self.corporation_id, self.alliance_id,
            self.token_state, self.scopes, self.last_sync_at,
        )  # fmt: skip

    def __repr__(self) -> str:
        return f"Standing(id={self.id}, token_state={self.token_state!r})"
