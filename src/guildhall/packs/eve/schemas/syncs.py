"""The input and the report of a sync."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct

from guildhall.packs.eve.schemas.characters import CharacterRow, TokenState


class Standing(Struct, frozen=True):
    """A character before a sync, with its sealed access token and what its user's standing is."""

    id: UUID
    user_id: UUID
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


class SyncReport(Struct, frozen=True):
    """The result of a character's sync: sections by outcome, and the number of calls to ESI."""

    character_id: int
    changed: list[str]
    unchanged: list[str]
    failed: dict[str, str]
    """The errors, by section."""
    calls: int
    next_at: datetime | None
